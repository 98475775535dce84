/* The queues refresh themselves while nobody is in the middle of something. N, R and K press the button of that key
   in the queue one stands in, else in the first. What changes nothing is answered 204, and nothing moves. */
const SECONDS = 5;
const region = () => document.getElementById("queues");
const refresh = () => document.getElementById("refresh");
const occupied = () => document.querySelector("dialog:modal")
  || region()?.querySelector("form[aria-busy=true], .htmx-request:not(#refresh)");

setInterval(() => {
  if (!document.hidden && !occupied() && !refresh().matches(".htmx-request")) window.htmx.trigger(refresh(), "refresh");
}, SECONDS * 1000);
/* What was asked before a button was pressed is old when it comes: the button's own answer draws the queues. */
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.elt === refresh() && occupied()) event.detail.shouldSwap = false;
});

const typing = (element) => element.closest("input, textarea, select, [contenteditable]");
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target) || occupied()) return;
  if (!/^[a-z]$/i.test(event.key)) return;
  const line = event.target.closest("[data-line]") ?? region()?.querySelector("[data-line]");
  line?.querySelector(`[data-key="${event.key.toLowerCase()}"]`)?.click();
});
