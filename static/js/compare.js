/* Before and after: one photograph over the other and a slider, or beside each other. Without this script: beside. */
for (const box of document.querySelectorAll("[data-compare]")) {
  const pair = box.querySelector("[data-compare-pair]");
  const slider = box.querySelector("[data-compare-slider]");
  const ways = box.querySelector("[data-compare-ways]");
  const range = slider.querySelector("input");

  const lay = (way) => {
    const over = way === "over";
    pair.classList.toggle("over", over);
    slider.hidden = !over;
    for (const button of ways.children) button.setAttribute("aria-pressed", String(button.dataset.way === way));
  };
  const cover = () => pair.style.setProperty("--at", range.value);
  const take = (event) => {
    const frame = pair.querySelector(".frame").getBoundingClientRect();
    range.value = Math.round(((event.clientX - frame.left) / frame.width) * 100);
    cover();
  };

  ways.hidden = false;
  ways.addEventListener("click", (event) => { if (event.target.dataset.way) lay(event.target.dataset.way); });
  range.addEventListener("input", cover);
  pair.addEventListener("pointerdown", (event) => {
    if (!pair.classList.contains("over") || event.target.closest("figcaption")) return;
    event.preventDefault();
    pair.setPointerCapture(event.pointerId);
    take(event);
  });
  pair.addEventListener("pointermove", (event) => { if (pair.hasPointerCapture(event.pointerId)) take(event); });
  lay("over");
  cover();
}
