/* A form that is swapped whole after each step: what somebody types while the answer is under way stays. The field
   data-clears (a search whose words have been sent) is emptied on sending, so that the next words can follow at once. */
const form = () => document.querySelector("form[data-meanwhile]");
const fields = () => [...form()?.querySelectorAll(":is(input:not([type=hidden]), select, textarea)[id]") ?? []];
const ticked = (field) => field.matches("[type=checkbox], [type=radio]");
const stands = (field) => (ticked(field) ? field.checked : field.value);
let sent = null;
let words = "";

const ours = (event) => event.detail.target === form();

document.addEventListener("htmx:beforeSend", (event) => {
  if (!ours(event)) return;
  const search = form().querySelector("[data-clears]");
  words = search?.value ?? "";
  if (search) search.value = "";
  sent = new Map(fields().map((field) => [field.id, stands(field)]));
});

/* Nothing came: the words stand again, unless others follow. */
const giveBack = (event) => {
  const search = ours(event) && form().querySelector("[data-clears]");
  if (search && !search.value) search.value = words;
};
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, giveBack);

let typed = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!ours(event) || !event.detail.shouldSwap || !sent) return;
  const here = document.activeElement;
  typed = fields().filter((field) => sent.has(field.id) && sent.get(field.id) !== stands(field)).map((field) => ({
    id: field.id, value: stands(field), caret: field === here && field.type === "text" ? field.selectionEnd : null,
  }));
  sent = null;
});
let told = [];
document.addEventListener("htmx:afterSwap", () => {
  if (!typed) return;
  for (const { id, value, caret } of typed) {
    const field = document.getElementById(id);
    if (!field || stands(field) === value) continue;
    if (ticked(field)) field.checked = value;
    else field.value = value;
    if (caret !== null && document.activeElement === field) field.setSelectionRange(caret, caret);
    told.push(field);
  }
  typed = null;
});
/* Only now does anything listen: also to what came before, since the swap or on a page just loaded. */
const differs = (field) => !field.matches("select")
  && (ticked(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
document.addEventListener("htmx:load", (event) => {
  if (!form() || !(event.detail.elt === form() || event.detail.elt.contains(form()))) return;
  const tell = new Set([...told, ...fields().filter(differs)]);
  told = [];
  for (const field of tell) field.dispatchEvent(new Event("input", { bubbles: true }));
});
