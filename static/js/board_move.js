/* Moving a visit on a board: by dragging it (a finger presses a while first), its length by its lower edge, or with
   keys (M picks up). A ghost shows where it would stand; letting go asks the server, which alone decides: what it
   answers is said in a toast, and the board is drawn anew. Times snap to the rows of five minutes. */
const ROW = 300_000;
const PRESS = 400; // milliseconds until a finger lifts a visit
const SLACK = 6; // pixels a pointer may tremble
const SCROLLS = 48; // pixels from an edge, where the board begins to scroll
const GRIP = { mouse: 7, pen: 10, touch: 22 }; // pixels at the lower edge that change the length

let held = null;
const says = document.getElementById("board-says");
const say = (name, values) => {
  if (says) says.textContent = (says.dataset[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key]);
};
const boardOf = (element) => element.closest("[data-board]");
const lanesOf = (board) => [...board.querySelectorAll(".lane")];
const rowsOf = (board) => Number(board.dataset.slots);

const moment = (lane, row) => Date.parse(lane.dataset.from) + (row - 1) * ROW;
const clock = (board, at) => new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: board.dataset.zone,
}).format(at);
const times = ({ board, lane, at, len }) => `${clock(board, moment(lane, at))}–${clock(board, moment(lane, at + len))}`;
const where = (now) => `${times(now)}, ${now.lane.getAttribute("aria-label")}`;

/* Picking up, showing, putting back. */
const pickUp = (visit, how) => {
  const board = boardOf(visit);
  const lane = visit.closest(".lane");
  const [at, len] = [Number(visit.dataset.at), Number(visit.dataset.rows ?? visit.dataset.len)];
  const ghost = document.createElement("div");
  ghost.className = `${visit.className} ghost`;
  ghost.setAttribute("aria-hidden", "true");
  ghost.append(visit.querySelector("strong").cloneNode(true), document.createElement("span"));
  held = { visit, board, lane, at, len, ghost, from: { lane, at, len }, ...how };
  board.dataset.held = how.by;
  visit.classList.add("lifted");
  show();
};
const show = () => {
  const { ghost, lane, at, len } = held;
  if (ghost.parentNode !== lane) lane.append(ghost);
  ghost.dataset.at = at;
  ghost.dataset.len = len;
  ghost.lastChild.textContent = times(held);
};
const within = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));
const to = (lane, at, len) => {
  const rows = rowsOf(held.board);
  if (len === held.len) held.at = within(at, 1, rows - len + 1);
  else held.len = within(len, 1, rows - held.at + 1);
  held.lane = lane;
  show();
};
const letGo = () => {
  if (!held) return;
  held.stop?.();
  held.visit.classList.remove("lifted");
  held.ghost.remove();
  delete held.board.dataset.held;
  held = null;
};
const putBack = () => {
  const { board, from } = held;
  const time = times({ board, ...from });
  letGo();
  say("back", { time });
};

/* Letting go. */
const key = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
};
const drop = async () => {
  const { visit, board, lane, at, len, from } = held;
  if (lane === from.lane && at === from.at && len === from.len) {
    putBack();
    return;
  }
  held.stop?.();
  held.sent = true;
  const off = at === from.at ? 1000 * (visit.dataset.off ?? 0) : 0;
  const values = {
    starts_at: new Date(moment(lane, at) + off).toISOString(),
    version: visit.dataset.version,
    idempotency_key: key(),
  };
  if (len !== from.len) values.minutes = len * 5;
  if (lane !== from.lane && lane.dataset.lane && board.dataset.by !== "day") values[board.dataset.by] = lane.dataset.lane;
  board.classList.add("sending");
  let answered = false;
  const hear = () => { answered = true; };
  document.addEventListener("calendar-changed", hear, { once: true });
  try {
    await htmx.ajax("POST", `${visit.pathname}reschedule/`, {
      source: document.getElementById("main"), target: "#messages", swap: "outerHTML", values,
    });
  } finally {
    document.removeEventListener("calendar-changed", hear);
    board.classList.remove("sending");
    if (!answered) letGo(); // else the board is drawn anew
    delete board.dataset.held;
    held = null;
  }
};

/* By pointer. */
const laneAt = (board, x) => lanesOf(board).reduce((best, lane) => {
  const box = lane.getBoundingClientRect();
  const off = Math.max(box.left - x, 0, x - box.right);
  return best && best.off <= off ? best : { lane, off };
}, null).lane;

/* Visits without a room stand in a lane where nothing can be put. */
const takes = (lane) => lane.dataset.lane || held.board.dataset.by === "day" || lane === held.from.lane;
const follow = () => {
  const { board, from, grab, pointer } = held;
  const lane = held.resize ? from.lane : laneAt(board, pointer.x);
  const box = lane.getBoundingClientRect();
  const row = (pointer.y - box.top) / (box.height / rowsOf(board));
  if (held.resize) to(lane, from.at, Math.round(row) - from.at + 1);
  else to(takes(lane) ? lane : held.lane, Math.round(row - grab) + 1, from.len);
};

const edge = (at, low, high) => (at < low + SCROLLS ? at - low - SCROLLS : Math.max(0, at - high + SCROLLS)) / 4;
const scroll = () => {
  if (!held?.pointer || held.sent) return;
  const { board, pointer } = held;
  const box = board.getBoundingClientRect();
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const [dx, dy] = [held.resize ? 0 : edge(pointer.x, box.left, box.right), edge(pointer.y, top, bottom)];
  if (dx || dy) {
    const before = [board.scrollLeft, board.scrollTop];
    board.scrollBy(dx, dy);
    if (dy && board.scrollTop === before[1]) scrollBy(0, dy);
    follow();
  }
  held.frame = requestAnimationFrame(scroll);
};

let pressed = null;
const forget = () => {
  clearTimeout(pressed?.timer);
  pressed = null;
};
const begin = () => {
  const { visit, pointer, type, id } = pressed;
  if (!visit.isConnected) return;
  const box = visit.getBoundingClientRect();
  const row = visit.closest(".lane").getBoundingClientRect().height / rowsOf(boardOf(visit));
  const grip = Math.min(GRIP[type] ?? GRIP.mouse, box.height / 3);
  forget();
  visit.setPointerCapture(id);
  pickUp(visit, {
    by: "pointer", pointer, resize: box.bottom - pointer.y <= grip, grab: (pointer.y - box.top) / row,
    stop: () => cancelAnimationFrame(held.frame),
  });
  if (type === "touch") navigator.vibrate?.(15);
  held.frame = requestAnimationFrame(scroll);
};

document.addEventListener("pointerdown", (event) => {
  if (held?.by === "keys" && !held.sent) putBack();
  const visit = event.target.closest?.("[data-board] .visit[data-version]");
  if (!visit || held || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  pressed = { visit, id: event.pointerId, type: event.pointerType, pointer: { x: event.clientX, y: event.clientY } };
  if (event.pointerType === "touch") pressed.timer = setTimeout(begin, PRESS);
});
document.addEventListener("pointermove", (event) => {
  const pointer = { x: event.clientX, y: event.clientY };
  if (held?.by === "pointer" && !held.sent) {
    held.pointer = pointer;
    follow();
  } else if (pressed && Math.hypot(pointer.x - pressed.pointer.x, pointer.y - pressed.pointer.y) > SLACK) {
    if (pressed.type === "touch") forget(); // the finger scrolls
    else {
      begin();
      held.pointer = pointer;
      follow();
    }
  }
});
/* The click that follows letting go isn't one on the visit. */
const swallow = (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
};
document.addEventListener("pointerup", () => {
  forget();
  if (held?.by !== "pointer" || held.sent) return;
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }));
  drop();
});
document.addEventListener("pointercancel", () => {
  forget();
  if (held?.by === "pointer" && !held.sent) putBack();
});
document.addEventListener("touchmove", (event) => { if (held?.by === "pointer") event.preventDefault(); }, { passive: false });
for (const name of ["dragstart", "contextmenu"]) {
  document.addEventListener(name, (event) => {
    if ((pressed || held) && event.target.closest?.("[data-board] .visit")) event.preventDefault();
  });
}

/* By keys. Before the board's own arrows. */
const STEPS = { ArrowUp: -1, ArrowDown: 1 };
const SIDES = { ArrowLeft: -1, ArrowRight: 1 };
const beside = (side) => {
  const lanes = lanesOf(held.board).filter(takes);
  return lanes[lanes.indexOf(held.lane) + side] ?? held.lane;
};
const steer = (event) => {
  if (event.ctrlKey || event.metaKey) return false;
  const { lane, at, len } = held;
  const step = STEPS[event.key];
  if (event.key === "Escape") putBack();
  else if (event.key === "Enter") drop();
  else if (step && event.shiftKey) to(lane, at, len + step);
  else if (step) to(lane, at + step, len);
  else if (SIDES[event.key]) to(beside(SIDES[event.key]), at, len);
  else return event.key !== "Tab";
  if (held && !held.sent) say(where(held), {});
  held?.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
};
addEventListener("keydown", (event) => {
  if (held && !held.sent) {
    if (held.by === "pointer" ? event.key === "Escape" : steer(event)) {
      if (held?.by === "pointer") putBack();
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    return;
  }
  const visit = event.target.closest?.("[data-board] .visit");
  const arrow = event.altKey && (event.key in STEPS || event.key in SIDES);
  if (!visit || event.ctrlKey || event.metaKey || !(arrow || event.key.toLowerCase() === "m")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!visit.dataset.version) {
    say("fixed", {});
    return;
  }
  pickUp(visit, { by: "keys" });
  if (arrow) steer(event);
  else say("lifted", { what: visit.querySelector("strong").textContent, time: times(held) });
}, true);
document.addEventListener("focusout", (event) => { if (held?.by === "keys" && !held.sent && event.target === held.visit) putBack(); });

/* Ctrl Z takes back the move that can be taken back. */
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const undo = document.querySelector("[data-undo]");
  if (!undo) return;
  event.preventDefault();
  undo.click();
});
