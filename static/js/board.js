/* A board by keyboard: Tab goes from lane to lane, up and down walk a lane's visits and free times,
   left and right go to the same time in the next lane. Without this script every one is a tab stop. */
const lanesOf = (board) => [...board.querySelectorAll(".lane")];
const stops = (lane) => [...lane.querySelectorAll("a[data-at]")].sort((a, b) => a.dataset.at - b.dataset.at);
const stand = (lane, stop) => {
  stops(lane).forEach((one) => { one.tabIndex = one === stop ? 0 : -1; });
};
const nearest = (lane, at) => stops(lane).reduce(
  (best, one) => (best && Math.abs(best.dataset.at - at) <= Math.abs(one.dataset.at - at) ? best : one), null);

document.addEventListener("keydown", (event) => {
  const lane = event.target.closest?.("[data-board] .lane");
  if (!lane || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const lanes = lanesOf(lane.closest("[data-board]"));
  const all = stops(lane);
  const here = all.indexOf(event.target);
  const beside = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const along = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: all.length - 1 }[event.key];
  let to = along === undefined ? null : all[along];
  if (beside) {
    for (let at = lanes.indexOf(lane) + beside; lanes[at] && !to; at += beside) to = nearest(lanes[at], event.target.dataset.at);
  }
  if (along === undefined && !beside) return;
  event.preventDefault();
  if (!to) return;
  stand(to.closest(".lane"), to);
  to.focus();
});
document.addEventListener("focusin", (event) => {
  const lane = event.target.closest?.("[data-board] .lane");
  if (lane && event.target.matches("a[data-at]")) stand(lane, event.target);
});

/* The parts of one visit are shown together. */
const together = (event, shown) => {
  const part = event.target.closest?.("[data-together]");
  if (!part) return;
  for (const one of document.querySelectorAll(`[data-together="${part.dataset.together}"]`)) one.classList.toggle("together", shown);
};
for (const name of ["pointerover", "focusin"]) document.addEventListener(name, (event) => together(event, true));
for (const name of ["pointerout", "focusout"]) document.addEventListener(name, (event) => together(event, false));

/* The now line goes on by itself from where the server drew it. */
let drawn = 0;
let started = 0;
const draw = (board) => {
  lanesOf(board).forEach((lane) => stand(lane, stops(lane)[0]));
  board.querySelectorAll(".now").forEach((line) => { line.dataset.from = line.dataset.y; });
  started = performance.now();
  clearInterval(drawn);
  drawn = setInterval(() => advance(board), 15_000);
};
const advance = (board) => {
  const rows = (performance.now() - started) / 300_000;
  for (const line of board.querySelectorAll(".now")) {
    const at = Number(line.dataset.from) + (100 * rows) / Number(board.dataset.slots);
    line.dataset.y = at.toFixed(2);
    line.hidden = at > 100;
  }
};

const first = document.querySelector("[data-board]");
if (first) {
  draw(first);
  /* A day opens where it is now, not at its first hour, and a week at today. */
  const now = first.querySelector(".now");
  if (now) {
    first.scrollTop = Math.max(0, now.offsetTop - first.clientHeight / 3);
    if (first.dataset.by === "day") first.scrollLeft = now.closest(".lane").offsetLeft - first.querySelector(".hours").offsetWidth;
  }
}
document.addEventListener("board:drawn", (event) => {
  const board = event.target.querySelector("[data-board]");
  if (board) draw(board);
});
