/* A code seen by the camera is typed into the search of the same form and sent, as a scanner would that types like a
   keyboard. Where the browser can't read codes, the button stays hidden. The form may be swapped whole: its parts are
   looked up when they are needed. */
const part = (name) => document.querySelector(`[data-scan] [data-${name}], [data-scan] ~ [data-${name}]`);
const field = () => document.querySelector("[data-scan] [data-scanned]");
const PAUSE = 250; // milliseconds between two looks
let stream = null;

const stop = () => {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  const view = part("view");
  if (view) view.hidden = true;
};

const look = async (detector, view) => {
  if (!stream) return;
  const [found] = await detector.detect(view).catch(() => []);
  if (!found) {
    setTimeout(look, PAUSE, detector, view);
    return;
  }
  stop();
  const into = field();
  into.value = found.rawValue;
  into.form.requestSubmit();
};

const start = async () => {
  if (stream) {
    stop();
    return;
  }
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    part("no-camera").hidden = false;
    return;
  }
  const view = part("view");
  view.srcObject = stream;
  view.hidden = false;
  await view.play();
  look(new window.BarcodeDetector(), view);
};

/* Some browsers have the reader and no codes that it reads. */
const reads = async () => (await window.BarcodeDetector?.getSupportedFormats().catch(() => []))?.length > 0;

if (part("camera") && navigator.mediaDevices && (await reads())) {
  const show = () => {
    const button = part("camera");
    if (button) button.hidden = false;
  };
  show();
  document.addEventListener("click", (event) => event.target.closest("[data-scan] [data-camera]") && start());
  document.addEventListener("htmx:afterSwap", show);
  /* With the form goes its picture. */
  document.addEventListener("htmx:beforeSwap", (event) => event.detail.target.contains(part("view")) && stop());
  addEventListener("pagehide", stop);
}

/* One batch found: the quantity comes next. */
document.addEventListener("htmx:afterSwap", () => {
  const fields = document.querySelectorAll("#found input[name=quantity]");
  const typing = document.activeElement?.id === "find" && document.activeElement.value.length < 8;
  if (fields.length === 1 && !typing) fields[0].focus();
});
