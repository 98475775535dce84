/* A text field that chooses: arrows walk what was found, Enter or a click takes it, Escape leaves. The id goes
   into the hidden field beside it, which then sends "change". Typing anew forgets the earlier choice. */
const parts = (picker) => ({
  input: picker.querySelector("[role=combobox]"),
  value: picker.querySelector("[data-picker-value]"),
  found: picker.querySelector("[data-picker-found]"),
  chosen: picker.querySelector("[data-picker-chosen]"),
});
const options = (picker) => [...picker.querySelectorAll("[role=option]")];

const close = (picker) => {
  const { input, found } = parts(picker);
  found.replaceChildren();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
};

const activate = (picker, index) => {
  const all = options(picker);
  if (!all.length) return;
  const at = (index + all.length) % all.length;
  all.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
  all[at].scrollIntoView({ block: "nearest" });
  parts(picker).input.setAttribute("aria-activedescendant", all[at].id);
};
const active = (picker) => options(picker).findIndex((option) => option.getAttribute("aria-selected") === "true");

const set = (picker, id, label, detail) => {
  const { input, value, chosen } = parts(picker);
  if (label !== null) input.value = label;
  chosen.textContent = detail;
  if (value.value === id) return;
  value.value = id;
  value.dispatchEvent(new Event("change", { bubbles: true }));
};
const take = (picker, option) => {
  set(picker, option.dataset.value, option.dataset.label, option.dataset.detail);
  close(picker);
  parts(picker).input.focus();
  picker.dispatchEvent(new CustomEvent("picker:taken", { bubbles: true, detail: { value: option.dataset.value } }));
};

/* Where Enter goes on to a next field, the first that was found is marked: that is what Enter takes. */
const open = (picker, mark) => {
  const list = picker.querySelector("[role=listbox]");
  if (!list) return;
  const { input } = parts(picker);
  list.id = input.getAttribute("aria-controls");
  options(picker).forEach((option, i) => { option.id = `${list.id}-${i}`; });
  input.setAttribute("aria-expanded", "true");
  input.removeAttribute("aria-activedescendant");
  if (mark && picker.dataset.next) activate(picker, 0);
};
document.addEventListener("picker:filled", (event) => open(event.target.closest("[data-picker]"), event.detail.mark));
/* What was found for fewer letters than stand there now is shown, but Enter doesn't take it. */
document.addEventListener("htmx:afterSwap", (event) => {
  const picker = event.detail.target?.closest?.("[data-picker]");
  if (!picker || !event.detail.target.matches("[data-picker-found]")) return;
  const { input } = parts(picker);
  if (event.detail.requestConfig.parameters[input.name] === input.value) delete picker.dataset.behind;
  open(picker, true);
});

document.addEventListener("keydown", (event) => {
  const picker = event.target.closest?.("[data-picker]");
  if (!picker || event.target !== parts(picker).input) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const at = active(picker);
  if (step && options(picker).length) activate(picker, at < 0 && step < 0 ? -1 : at + step);
  else if (event.key === "Enter" && options(picker).length && !("behind" in picker.dataset) && (at >= 0 || event.target.value.trim())) take(picker, options(picker)[Math.max(at, 0)]);
  else if (event.key === "Escape" && parts(picker).found.childElementCount) close(picker);
  else return;
  event.preventDefault();
});

document.addEventListener("input", (event) => {
  const picker = event.target.closest?.("[data-picker]");
  if (!picker || event.target !== parts(picker).input) return;
  set(picker, "", null, "");
  if (event.target.hasAttribute("hx-get")) picker.dataset.behind = "";
  if (!event.target.value.trim()) close(picker);
});

document.addEventListener("click", (event) => {
  const option = event.target.closest("[data-picker] [role=option]");
  if (option) take(option.closest("[data-picker]"), option);
});
/* Leaving closes the list; the register link inside still gets its click because it holds the focus then. */
document.addEventListener("focusout", (event) => {
  const picker = event.target.closest?.("[data-picker]");
  if (picker && !picker.contains(event.relatedTarget)) setTimeout(() => {
    if (!picker.contains(document.activeElement)) close(picker);
  }, 150);
});
/* A press on an option must not take the focus from the text field. */
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[data-picker] [role=option]")) event.preventDefault();
});
