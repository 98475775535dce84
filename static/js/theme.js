/* Loaded before the first paint, so that a chosen theme never flashes. Without a choice the device decides. */
(() => {
  const root = document.documentElement;
  const order = ["", "light", "dark"];
  const store = (() => {
    try { return window.localStorage; } catch { return null; }
  })();
  const wear = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  const chosen = store?.getItem("theme") ?? "";
  if (order.includes(chosen)) wear(chosen);

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const next = order[(order.indexOf(root.dataset.theme ?? "") + 1) % order.length];
    wear(next);
    if (next) store?.setItem("theme", next);
    else store?.removeItem("theme");
  });
})();
