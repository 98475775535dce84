/* The search in the bar: Ctrl K or / goes there, arrows walk the results, Escape leaves. */
const input = document.getElementById("search");
const results = document.getElementById("search-results");

const typing = (element) => element.closest("input, textarea, select, [contenteditable], dialog");
const links = () => [...results.querySelectorAll("a")];

document.addEventListener("keydown", (event) => {
  const wanted = (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey))
    || (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target));
  if (!wanted || document.querySelector("dialog:modal")) return;
  event.preventDefault();
  input?.focus();
  input?.select();
});

if (input && results) {
  const box = input.closest("[role=search]");
  const close = () => { results.hidden = true; };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close();
      input.focus();
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const all = links();
    if (!all.length || results.hidden) return;
    event.preventDefault();
    const now = all.indexOf(document.activeElement);
    const next = now + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0) input.focus();
    else all[Math.min(next, all.length - 1)].focus();
  });
  box.addEventListener("focusout", (event) => { if (!box.contains(event.relatedTarget)) close(); });
  input.addEventListener("focus", () => { results.hidden = !results.childElementCount; });
  input.addEventListener("input", () => { if (!input.value.trim()) { results.replaceChildren(); close(); } });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === results) results.hidden = !box.contains(document.activeElement);
  });
}
