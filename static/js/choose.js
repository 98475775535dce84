/* A list of choices that is typed into (data-choose round a field with a select). The select stays and is what is
   sent; without this script it is used as it is. js/picker.js does the walking and the taking. */
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const words = (option) => option.text.trim();
const kept = new Map();

const enhance = (box) => {
  const select = box.querySelector("select");
  const field = select?.closest(".field");
  if (!field || "picker" in field.dataset) return;
  const stood = document.activeElement === select;
  const input = make("input", { type: "text", id: select.id, autocomplete: "off", spellcheck: false, placeholder: box.dataset.placeholder ?? "" });
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${select.id}-options` };
  for (const name of ["aria-invalid", "aria-describedby"]) if (select.hasAttribute(name)) attributes[name] = select.getAttribute(name);
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  select.id += "-value";
  select.hidden = true;
  select.dataset.pickerValue = "";
  const found = make("div", { className: "suggestions" });
  found.dataset.pickerFound = "";
  const chosen = make("span", { className: "visually-hidden" });
  chosen.dataset.pickerChosen = "";
  select.before(make("div", { className: "anchor" }, input, found), chosen);
  field.classList.add("picker");
  field.dataset.picker = "";
  if (box.dataset.next) field.dataset.next = box.dataset.next;
  const was = kept.get(input.id);
  kept.delete(input.id);
  if (was?.value && [...select.options].some((option) => option.value === was.value)) select.value = was.value;
  input.value = select.value ? words(select.selectedOptions[0]) : was?.text ?? "";
  if (stood || was?.stood) input.focus();
};

const fill = (field) => {
  const [box, select, found] = [field.closest("[data-choose]"), field.querySelector("select"), field.querySelector("[data-picker-found]")];
  const input = field.querySelector("[role=combobox]");
  const typed = select.value ? "" : input.value.trim().toLowerCase();
  const wanted = (option) => option.value && typed.split(/\s+/).every((word) => words(option).toLowerCase().includes(word));
  const item = (option) => {
    const line = make("li", { className: "grow" }, words(option));
    line.setAttribute("role", "option");
    Object.assign(line.dataset, { value: option.value, label: words(option), detail: "" });
    return line;
  };
  const list = make("div", { className: "options" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.querySelector("label").firstChild.textContent.trim());
  for (const child of select.children) {
    const some = [...(child.matches("optgroup") ? child.children : [child])].filter(wanted).map(item);
    if (!some.length) continue;
    const group = make("ul", {}, ...some);
    group.setAttribute("role", child.matches("optgroup") ? "group" : "presentation");
    if (child.matches("optgroup")) {
      group.setAttribute("aria-label", child.label);
      list.append(make("div", { className: "small muted strong caption", ariaHidden: "true", textContent: child.label }));
    }
    list.append(group);
  }
  const nothing = make("p", { className: "small muted pad", textContent: box.dataset.nothing ?? "" });
  nothing.setAttribute("role", "status");
  found.replaceChildren(list.childElementCount ? list : nothing);
  found.dispatchEvent(new CustomEvent("picker:filled", { bubbles: true, detail: { mark: Boolean(typed || select.querySelector("optgroup")) } }));
};

const chooser = (target) => (target.matches?.("[data-choose] [role=combobox]") ? target.closest("[data-picker]") : null);
document.addEventListener("input", (event) => { const field = chooser(event.target); if (field) fill(field); });
document.addEventListener("focusin", (event) => {
  const field = chooser(event.target);
  if (field && !field.querySelector("select").value) fill(field);
});
document.addEventListener("click", (event) => {
  const field = chooser(event.target);
  if (field && !field.querySelector("[role=option]")) { event.target.select(); fill(field); }
});
document.addEventListener("keydown", (event) => {
  const field = chooser(event.target);
  if (!field || !["ArrowDown", "ArrowUp"].includes(event.key) || field.querySelector("[role=option]")) return;
  event.preventDefault();
  fill(field);
});

/* What is chosen or typed meanwhile outlives a list that comes anew. */
const keep = (event) => {
  for (const input of event.detail.target?.querySelectorAll?.("[data-choose] [role=combobox]") ?? []) {
    const select = input.closest("[data-picker]").querySelector("select");
    kept.set(input.id, { value: select.value, text: input.value, stood: input === document.activeElement });
  }
  for (const select of event.detail.target?.querySelectorAll?.("select:not([data-picker-value])") ?? []) kept.set(select.id, select.value);
};
document.addEventListener("htmx:oobBeforeSwap", keep);
document.addEventListener("htmx:oobAfterSwap", (event) => {
  for (const select of event.detail.target?.querySelectorAll?.("select") ?? []) {
    const was = kept.get(select.id);
    if (typeof was !== "string") continue;
    kept.delete(select.id);
    if (was === select.value || ![...select.options].some((option) => option.value === was)) continue;
    select.value = was;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

const all = () => document.querySelectorAll("[data-choose]").forEach(enhance);
all();
new MutationObserver(all).observe(document.body, { subtree: true, childList: true });
