/* The waiting room's screen: asks every few seconds (204 while nothing has changed), marks who has just been called,
   and rings if somebody has switched the sound on: browsers allow no sound before a click. */
const SECONDS = 3;
const calls = () => [...document.querySelectorAll("[data-call]")];
let known = new Set(calls().map((call) => call.dataset.call));
let sound = null;

setInterval(() => window.htmx.trigger("#refresh", "refresh"), SECONDS * 1000);

const ring = () => {
  for (const [pitch, after] of [[659.25, 0], [523.25, 0.35]]) {
    const tone = new OscillatorNode(sound, { frequency: pitch });
    const volume = new GainNode(sound, { gain: 0.4 });
    const at = sound.currentTime + after;
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.8);
    tone.connect(volume).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.8);
  }
};

document.addEventListener("htmx:afterSwap", () => {
  const fresh = calls().filter((call) => !known.has(call.dataset.call));
  known = new Set(calls().map((call) => call.dataset.call));
  if (!fresh.length) return;
  for (const call of fresh) call.classList.add("fresh");
  document.querySelector("[data-heard]").textContent = fresh
    .map((call) => `${call.textContent.trim()}, ${call.closest(".door").querySelector("header").textContent.trim()}`).join("; ");
  if (sound) ring();
});

const button = document.querySelector("[data-sound]");
button.addEventListener("click", () => {
  sound?.close();
  sound = sound ? null : new AudioContext();
  button.setAttribute("aria-pressed", String(Boolean(sound)));
  if (sound) ring();
});

const stale = document.querySelector("[data-stale]");
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, () => { stale.hidden = false; });
}
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) stale.hidden = true; });

const clock = document.querySelector("[data-clock]");
const tick = () => {
  clock.textContent = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit", minute: "2-digit", timeZone: clock.dataset.clock,
  }).format();
};
tick();
setInterval(tick, 1000);
