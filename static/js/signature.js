/* A box to sign in with finger, pen or mouse (data-signature round a canvas and a hidden field). What is drawn goes into
   the field as a PNG when the form is sent. Whoever can't draw types the name and ticks that it counts. */
for (const box of document.querySelectorAll("[data-signature]")) {
  const canvas = box.querySelector("canvas");
  const field = box.querySelector("input[type=hidden]");
  const pen = canvas.getContext("2d");
  let drawn = false;
  let last = null;

  const fit = () => {
    const { width, height } = canvas.getBoundingClientRect();
    const scale = Math.min(window.devicePixelRatio || 1, 2);
    const kept = drawn ? canvas.toDataURL() : null;
    canvas.width = Math.min(Math.round(width * scale), 1600);
    canvas.height = Math.round(height * (canvas.width / width));
    Object.assign(pen, { lineWidth: 2.2 * (canvas.width / width), lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
    if (!kept) return;
    const picture = new Image();
    picture.onload = () => pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.src = kept;
  };
  const at = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [(event.clientX - frame.left) * (canvas.width / frame.width), (event.clientY - frame.top) * (canvas.height / frame.height)];
  };
  const stroke = (to) => {
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...to);
    pen.stroke();
    [last, drawn] = [to, true];
  };

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    stroke(last.map((value) => value + 0.1));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) stroke(at(each));
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { last = null; });
  box.querySelector("[data-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    [drawn, field.value] = [false, ""];
  });
  /* On window and early: before the form is marked as sent. */
  window.addEventListener("submit", (event) => {
    if (event.target === canvas.closest("form")) field.value = drawn ? canvas.toDataURL("image/png") : field.value;
  }, true);

  box.querySelector("[data-drawing]").hidden = false;
  fit();
  if (field.value) {
    const before = new Image();
    before.onload = () => { pen.drawImage(before, 0, 0, canvas.width, canvas.height); drawn = true; };
    before.src = field.value;
  }
  window.addEventListener("resize", fit);
}
