/* Files are sent one after the other, each with its progress; one that is refused says why and holds up no other.
   Files come by choosing, by the camera, or by being dropped. Without this script the form sends them all at once. */
const uuid = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
};
const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

const send = (form, name, waiting) => new Promise((settle) => {
  const body = new FormData(form);
  body.delete(name);
  body.append(name, waiting.file);
  body.set("idempotency_key", waiting.key);
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) waiting.bar.value = (event.loaded / event.total) * 100;
  });
  request.addEventListener("load", () => settle(request));
  for (const failed of ["error", "abort", "timeout"]) request.addEventListener(failed, () => settle(null));
  request.open("POST", form.action || location.href);
  request.setRequestHeader("HX-Request", "true");
  request.send(body);
});

const sentences = (request, words) => {
  if (!request || ![403, 409, 422].includes(request.status)) return words.wordAgain;
  const said = new DOMParser().parseFromString(request.responseText, "text/html");
  const lines = [...said.querySelectorAll(".errors li, .toast .text")].map((line) => line.textContent.trim());
  return lines.join(" ") || words.wordAgain;
};

for (const form of document.querySelectorAll("form[data-upload]")) {
  const chooser = form.querySelector("input[data-files][name]");
  const list = form.querySelector("[data-uploads]");
  const zone = form.querySelector("[data-drop]");
  const button = form.querySelector("[type=submit]");
  const words = list.dataset;
  const queue = [];

  const add = (files) => {
    for (const file of files) {
      const line = make("li", {});
      const name = make("span", { textContent: `${file.name} (${(file.size / 1048576).toFixed(1)} MB)` });
      const bar = make("progress", { max: 100, value: 0, ariaLabel: file.name });
      const state = make("span", { className: "small muted", textContent: words.wordWaiting });
      const leave = make("button", { type: "button", className: "button quiet s", textContent: words.wordRemove });
      const waiting = { file, line, bar, state, leave, key: uuid() };
      leave.addEventListener("click", () => { queue.splice(queue.indexOf(waiting), 1); line.remove(); });
      line.append(name, bar, state, leave);
      list.append(line);
      queue.push(waiting);
    }
    chooser.value = "";
  };

  const sendAll = async () => {
    form.setAttribute("aria-busy", "true");
    button.disabled = true;
    for (const waiting of [...queue]) {
      waiting.leave.hidden = true;
      const request = await send(form, chooser.name, waiting);
      if (request?.status === 200 && request.getResponseHeader("HX-Redirect")) {
        waiting.bar.value = 100;
        Object.assign(waiting.state, { textContent: words.wordDone, className: "small" });
        queue.splice(queue.indexOf(waiting), 1);
        form.dataset.back = request.getResponseHeader("HX-Redirect");
      } else {
        Object.assign(waiting.state, { textContent: sentences(request, words), className: "error" });
        waiting.leave.hidden = false;
      }
    }
    form.removeAttribute("aria-busy");
    button.disabled = false;
    if (!queue.length) location.assign(form.dataset.back);
  };

  for (const input of form.querySelectorAll("input[data-files]")) {
    input.addEventListener("change", () => { add(input.files); input.value = ""; });
  }
  if (chooser.files.length) add(chooser.files); // chosen before this script was there
  zone.querySelector("[data-camera]").hidden = false;
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => { event.preventDefault(); add(event.dataTransfer.files); });
  window.addEventListener("submit", (event) => {
    if (event.target !== form || !queue.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    sendAll();
  }, true);
}
