/* Native dialogs. data-dialog="id" opens one that stands in the page; what htmx swaps into #dialog opens
   by itself; data-close closes; data-confirm="sentence" on a form or button asks before it is sent.
   The server closes with HX-Trigger: close-dialog. */
const confirmed = new WeakSet();
const ask = (sentence, label) => new Promise((answer) => {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("[data-question]").textContent = sentence;
  const yes = dialog.querySelector("[value=yes]");
  yes.textContent = label || yes.dataset.label;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
  dialog.showModal();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  event.target.closest("[data-close]")?.closest("dialog")?.close();
});

/* Registered on window so that it comes before the form is marked as sent. */
window.addEventListener("submit", async (event) => {
  const form = event.target;
  const asker = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!asker.dataset.confirm || confirmed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  if (await ask(asker.dataset.confirm, submitter?.textContent.trim())) {
    confirmed.add(form);
    form.requestSubmit(submitter);
  }
}, true);

/* Buttons that send by htmx without a form. */
document.addEventListener("htmx:confirm", async (event) => {
  const { elt, issueRequest } = event.detail;
  if (elt.tagName === "FORM" || !elt.dataset.confirm) return;
  event.preventDefault();
  if (await ask(elt.dataset.confirm, elt.textContent.trim())) issueRequest(true);
});

const host = document.getElementById("dialog");
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== host || host.open) return;
  if (host.childElementCount) host.showModal();
});
document.addEventListener("close-dialog", () => host?.close());
host?.addEventListener("close", () => host.replaceChildren());
