/* A panel that can't be loaded says so in its place instead of loading for ever. */
const fail = (event) => {
  const panel = event.target.closest?.("[data-panel]");
  const failed = panel?.querySelector("[data-panel-failed]");
  if (!failed) return;
  failed.hidden = false;
  panel.querySelector("[data-panel-state]").hidden = true;
  panel.querySelector("[aria-busy]").removeAttribute("aria-busy");
};
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, fail);
