/* Positions and widths come as data-* because the content policy drops style attributes. The observer
   runs while the page is parsed and after every swap, always before the paint: nothing jumps. */
(() => {
  const units = { at: "", len: "", col: "", cols: "", staff: "", slots: "", y: "%", width: "%" };
  const names = Object.keys(units);
  const selector = names.map((name) => `[data-${name}]`).join(",");

  const place = (element) => {
    for (const name of names) {
      const value = element.dataset[name];
      if (value === undefined) continue;
      const number = Number(value);
      if (Number.isFinite(number)) element.style.setProperty(`--${name}`, `${number}${units[name]}`);
    }
  };
  const placeAll = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.matches(selector)) place(node);
    node.querySelectorAll(selector).forEach(place);
  };
  placeAll(document.documentElement);
  new MutationObserver((records) => {
    for (const record of records) {
      if (record.type === "attributes") place(record.target);
      else record.addedNodes.forEach(placeAll);
    }
  }).observe(document.documentElement, {
    subtree: true, childList: true, attributes: true, attributeFilter: names.map((name) => `data-${name}`),
  });
})();
