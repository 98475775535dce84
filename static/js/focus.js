/* Where the keyboard stands after something was replaced. What went wrong comes first; a field or button with an
   id keeps its focus by itself; where the focus would be lost it goes to the first of the places that the replaced
   part names (data-focus, selectors), else to the first thing in it that can be used. */
const USABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary";
const land = (element) => {
  if (!element) return;
  if (!element.matches(USABLE)) element.tabIndex = -1;
  element.focus();
};
const shown = (element) => element.checkVisibility();

/* A page that came back because of what was typed. */
land(document.querySelector("main .errors, main [data-land]"));

let left = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, shouldSwap } = event.detail;
  if (shouldSwap && target.contains(document.activeElement)) left = target.id;
});
document.addEventListener("htmx:afterSettle", () => {
  if (left === null) return;
  const part = document.getElementById(left);
  left = null;
  if (!part) return;
  const wrong = [...part.querySelectorAll(".errors")].find(shown);
  if (wrong) return land(wrong);
  if (document.activeElement !== document.body) return;
  const named = (part.dataset.focus ?? "").split(";").filter(Boolean).map((place) => part.querySelector(place));
  land(named.find((place) => place && shown(place)) ?? [...part.querySelectorAll(USABLE)].find(shown) ?? part);
});
