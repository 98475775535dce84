/* The calendar keeps itself up to date: what stands in [data-fresh] is asked for again every few seconds while
   somebody looks at it, with the stamp of what is shown; the answer is nothing (204) unless something changed. What is
   drawn anew keeps its scroll position and the focus; nothing is drawn while something in it is open or under way. */
const EVERY = 8_000;
const LONGEST = 120_000;
let wait = EVERY;
let timer = 0;
let asking = null;

const part = () => document.querySelector("[data-fresh]");
const UNDER_WAY = "[data-held], .htmx-request, form[aria-busy=true], :popover-open, dialog[open]";
const typed = (field) => (field.matches("[type=checkbox], [type=radio]")
  ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
const busy = (shown) => shown.querySelector(UNDER_WAY) !== null
  || [...shown.querySelectorAll("input:not([type=hidden]), textarea")].some(typed);

const later = (delay) => {
  clearTimeout(timer);
  timer = setTimeout(ask, delay);
};

const selectorOf = (element) => {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const href = element.getAttribute("href");
  return href && `a[href="${CSS.escape(href)}"]`;
};

const swap = (shown, page) => {
  const here = shown.contains(document.activeElement) ? selectorOf(document.activeElement) : null;
  const scroller = shown.querySelector("[data-board]");
  const at = scroller && [scroller.scrollLeft, scroller.scrollTop];
  const { id } = shown;
  htmx.swap(shown, page, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
  const fresh = document.getElementById(id);
  fresh.dispatchEvent(new Event("board:drawn", { bubbles: true }));
  if (at) fresh.querySelector("[data-board]")?.scrollTo(...at);
  if (here) fresh.querySelector(here)?.focus({ preventScroll: true });
};

/* With `anyway` the part is drawn even if nothing changed: something on it was tried and refused. */
const ask = async (anyway = false) => {
  const shown = part();
  if (!shown || document.hidden) return;
  if (!anyway && (asking || busy(shown))) {
    later(wait);
    return;
  }
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const stamp = anyway ? "" : `&stamp=${shown.dataset.stamp}`;
  try {
    const answer = await fetch(`${shown.dataset.fresh}${stamp}`, {
      headers: { "HX-Request": "true", "HX-Target": shown.id, "HX-Current-URL": location.href }, signal,
    });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) {
      location.assign(elsewhere);
      return;
    }
    const page = answer.status === 200 ? await answer.text() : "";
    wait = answer.ok ? EVERY : Math.min(wait * 2, LONGEST);
    const carried = shown.querySelector("[data-held]:not(.sending)");  // picked up since: drawn after it was let go
    if (page && shown === part() && (anyway ? !carried : !busy(shown))) swap(shown, page);
  } catch (problem) {
    if (problem.name === "AbortError") return;
    wait = Math.min(wait * 2, LONGEST);
  }
  asking = null;
  later(wait);
};

document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
document.addEventListener("calendar-changed", () => ask(true));
later(wait);

/* Keys of the calendar: T today, J on, K back, ? what keys there are. Not while somebody types. */
const PLACES = { t: "[data-today]", j: "[rel=next]", k: "[rel=prev]" };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (document.querySelector("dialog:modal, [data-held]")) return;
  if (event.key === "?") document.getElementById("keys")?.showModal();
  else document.querySelector(`[data-calendar] ${PLACES[event.key.toLowerCase()] ?? "[data-nothing]"}`)?.click();
});
