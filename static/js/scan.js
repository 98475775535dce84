/* A code seen by the camera is typed into the search of the same form and sent. Where the browser can't read codes,
   the button stays hidden: a scanner types like a keyboard. */
const form = document.querySelector("[data-scan]");
const button = form?.querySelector("[data-camera]");
const view = document.querySelector("[data-view]");
const excuse = document.querySelector("[data-no-camera]");
const PAUSE = 250; // milliseconds between two looks
let stream = null;

const stop = () => {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  view.hidden = true;
};

const look = async (detector) => {
  if (!stream) return;
  const [found] = await detector.detect(view).catch(() => []);
  if (!found) {
    setTimeout(look, PAUSE, detector);
    return;
  }
  stop();
  form.elements.find.value = found.rawValue;
  form.requestSubmit();
};

const start = async () => {
  if (stream) {
    stop();
    return;
  }
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    excuse.hidden = false;
    return;
  }
  view.srcObject = stream;
  view.hidden = false;
  await view.play();
  look(new window.BarcodeDetector());
};

/* Some browsers have the reader and no codes that it reads. */
const reads = async () => (await window.BarcodeDetector?.getSupportedFormats().catch(() => []))?.length > 0;

if (button && navigator.mediaDevices && (await reads())) {
  button.hidden = false;
  button.addEventListener("click", start);
  addEventListener("pagehide", stop);
}

/* One batch found: the quantity comes next. */
document.addEventListener("htmx:afterSwap", () => {
  const fields = document.querySelectorAll("#found input[name=quantity]");
  const typing = document.activeElement?.id === "find" && form?.elements.find.value.length < 8;
  if (fields.length === 1 && !typing) fields[0].focus();
});
