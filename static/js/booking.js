/* The way through a booking by keyboard: Enter takes what is marked and goes on to the next thing that is missing,
   Ctrl Enter books from anywhere. Times come from the server after each choice; whoever is quicker waits for them. */
const form = document.getElementById("booking");
const times = document.getElementById("times");
let waiting = null;    // what had the focus when it was to go on to the times, which are on their way
let changed = false;   // since the times were asked for last
let asking = null;     // the request they are on their way with
let picked = "";       // the time taken by hand, which new times keep if they have it
let hurried = null;    // the picker in which Enter came before anything was found

const stand = () => {
  waiting = null;
  const radio = times.querySelector("[name=slot]:checked") ?? times.querySelector("[name=slot]");
  (radio ?? document.querySelector("#another input")).focus();
};
const goTo = (place) => {
  if (place !== "#times") return document.querySelector(place)?.focus();
  if (changed || asking) waiting = document.activeElement.id;
  else stand();
};
/* To the first treatment that is still to be chosen, else to the times. */
const advance = () => {
  const open = [...form.querySelectorAll("[data-choose]")].find((box) => !box.querySelector("select").value);
  if (open) open.querySelector("input, select").focus();
  else goTo("#times");
};

/* Typing begins at once: with who it is, else with what is to be done. On a touch screen that would raise the keyboard. */
if (form && document.activeElement === document.body && matchMedia("(pointer: fine)").matches) {
  const who = form.querySelector("#who [data-picker-value]");
  if (who && !who.value) document.getElementById("customer-search").focus();
  else advance();
}

form?.addEventListener("change", (event) => {
  if (event.target.closest("#wish, #another, .field:has(#id_is_walk_in)") && event.target.matches("select, input:not([name=gender], [name=note], [name=q])")) changed = true;
});
times?.addEventListener("change", (event) => { if (event.target.name === "slot") picked = event.target.value; });
times?.addEventListener("htmx:beforeRequest", (event) => { asking = event.detail.xhr; changed = false; });
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:sendAbort", "htmx:timeout"]) times?.addEventListener(name, (event) => { if (asking === event.detail.xhr) asking = null; });
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target === times && times.contains(document.activeElement)) waiting = "";
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target === times && (!asking || asking === event.detail.xhr)) {  // an earlier answer settles late
    asking = null;
    const again = [...times.querySelectorAll("[name=slot]")].find((radio) => radio.value === picked);
    if (again) again.checked = true;
    if (waiting !== null && !changed) stand();
  }
  if (event.detail.target.id === "who") {
    const missing = [...event.detail.target.querySelectorAll(".newcomer input:is([type=text], [type=tel])")].find((input) => !input.value);
    missing?.focus();
  }
  if (event.detail.target.id === "parts") {
    const last = [...form.querySelectorAll("[data-choose]")].pop();
    if (last && !last.querySelector("select").value) last.querySelector("input, select").focus();
  }
});

document.addEventListener("picker:taken", (event) => {
  const next = event.target.dataset.next;
  if (next && event.detail.value !== "new") goTo(next);
});
document.addEventListener("htmx:afterSwap", (event) => {
  const found = event.detail.target.matches("[data-picker-found]") ? [...event.detail.target.querySelectorAll("[role=option]")] : [];
  if (!found.length || hurried !== event.detail.target.closest("[data-picker]") || "behind" in hurried.dataset) return;
  hurried = null;
  const known = found.filter((option) => option.dataset.value !== "new");
  if (known.length < 2) (known[0] ?? found[0]).click();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !form?.contains(event.target)) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (event.defaultPrevented || !event.target.matches("#wish input, #wish select")) return;
  const picker = event.target.closest("[data-picker]");
  if (event.target.name === "note") return;
  event.preventDefault();
  const missing = picker && !picker.querySelector("[data-picker-value]").value && event.target.value.trim();
  if (missing) hurried = picker;
  else advance();
});
document.addEventListener("input", () => { hurried = null; });
/* Whoever goes elsewhere by hand stays there; a part that is drawn anew takes nobody along. */
document.addEventListener("pointerdown", () => { waiting = null; });
document.addEventListener("keydown", (event) => { if (event.key === "Tab") waiting = null; });
