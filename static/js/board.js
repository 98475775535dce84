/* The day board by keyboard: Tab goes from lane to lane, up and down walk a lane's visits and free times,
   left and right go to the same time in the next lane. Without this script every one is a tab stop. */
const board = document.querySelector("[data-board]");
const lanes = board ? [...board.querySelectorAll(".lane")] : [];
const stops = (lane) => [...lane.querySelectorAll("a[data-at]")].sort((a, b) => a.dataset.at - b.dataset.at);

const stand = (lane, stop) => {
  stops(lane).forEach((one) => { one.tabIndex = one === stop ? 0 : -1; });
};
lanes.forEach((lane) => stand(lane, stops(lane)[0]));

const nearest = (lane, at) => stops(lane).reduce(
  (best, one) => (best && Math.abs(best.dataset.at - at) <= Math.abs(one.dataset.at - at) ? best : one), null);

board?.addEventListener("keydown", (event) => {
  const lane = event.target.closest(".lane");
  if (!lane || event.ctrlKey || event.metaKey || event.altKey) return;
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
board?.addEventListener("focusin", (event) => {
  const lane = event.target.closest(".lane");
  if (lane) stand(lane, event.target);
});

/* A day opens where it is now, not at its first hour. */
const now = board?.querySelector(".now");
if (now) board.scrollTop = Math.max(0, now.offsetTop - board.clientHeight / 3);
