/* A form with data-unsaved holds what somebody writes for minutes: leaving the page without saving it asks first. */
const forms = [...document.querySelectorAll("form[data-unsaved]")];
const fields = (form) => [...form.elements].filter((field) => field.matches("input:not([type=hidden]), select, textarea"));
const stands = (form) => JSON.stringify(fields(form).map((field) => (field.matches("[type=checkbox], [type=radio]") ? field.checked : field.value)));
const begun = new Map(forms.map((form) => [form, form.querySelector(".errors") ? null : stands(form)]));
let sent = false;

document.addEventListener("submit", (event) => { if (begun.has(event.target)) sent = true; });
window.addEventListener("pageshow", () => { sent = false; });
window.addEventListener("beforeunload", (event) => {
  if (sent || forms.every((form) => begun.get(form) === stands(form))) return;
  event.preventDefault();
});
