/* Toasts, failed requests, early typing, and forms that are sent once. */
const STAYS = ".error, .warning";
const SECONDS_SHOWN = 8;

const leaveLater = (toast) => {
  if (toast.matches(STAYS)) return;
  let timer;
  const start = () => { timer = setTimeout(() => toast.remove(), SECONDS_SHOWN * 1000); };
  const stop = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", stop);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusout", start);
  start();
};

/* Behind a modal dialog a toast could be neither read nor closed: it goes inside. */
const show = (toast) => {
  const dialog = document.querySelector("dialog:modal");
  if (dialog) dialog.prepend(toast);
  else if (!toast.isConnected) document.getElementById("messages")?.append(toast);
  leaveLater(toast);
};
const say = (sentence) => {
  const toast = document.getElementById("toast-error")?.content.firstElementChild.cloneNode(true);
  if (!toast) return;
  toast.querySelector(".text").textContent = sentence;
  show(toast);
};

document.querySelectorAll(".toast").forEach(show);
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt.id === "messages") event.detail.elt.querySelectorAll(".toast").forEach(show);
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".toast, .alert")?.remove();
});

/* htmx swaps 2xx, 3xx, 409 and 422; what is left is said here, in words the base template carries. */
const words = document.getElementById("toast-error")?.dataset ?? {};
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  say(words[`on${status}`] ?? (status >= 500 ? words.on500 : words.onRefused));
});
document.addEventListener("htmx:sendError", () => say(words.onOffline));
document.addEventListener("htmx:timeout", () => say(words.onOffline));

/* Whoever types faster than the scripts load is heard as soon as htmx listens. */
document.addEventListener("htmx:load", () => {
  const field = document.activeElement;
  if (!field?.matches("input, textarea") || field.value === field.defaultValue) return;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}, { once: true });

/* A form that posts is sent once: a second click while the answer is under way does nothing. The
   button keeps its focus and its value, so it is not disabled. Downloads opt out with data-again. */
const free = (form) => form.removeAttribute("aria-busy");
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.target || "again" in form.dataset) return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.setAttribute("aria-busy", "true");
}, true);
for (const name of ["htmx:afterRequest", "htmx:validation:halted"]) {
  document.addEventListener(name, (event) => {
    const form = event.target.closest?.("form");
    if (form) free(form);
  });
}
window.addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(free));
