/* A page that was left open tells nobody anything once its session is over: it is emptied and leads to the sign-in page.
   Use in another window of this browser counts, as it does for the server. */
const EVERY = 5000;
const told = document.querySelector("meta[name=session-ends]");
const [leftAlone, atMost] = told.content.split(" ").map((seconds) => Number(seconds) * 1000);
const opened = Date.now();
const windows = new BroadcastChannel("session");
let used = opened;
let over = false;

const use = () => {
  used = Date.now();
  windows.postMessage("used");
};
windows.addEventListener("message", () => { used = Date.now(); });
document.addEventListener("htmx:afterOnLoad", use);
use();

/* The clock is asked, not the timer: a machine that slept wakes up with both, and the timer is late. */
const look = () => {
  if (over || Date.now() < Math.min(used + leftAlone, opened + atMost)) return;
  over = true;
  document.title = "";
  document.body.replaceChildren();
  const next = new URLSearchParams({ next: location.pathname + location.search });
  location.replace(`${told.dataset.signIn}?${next}`);
};
setInterval(look, EVERY);
for (const name of ["focus", "pageshow"]) window.addEventListener(name, look);
document.addEventListener("visibilitychange", look);

/* What was typed went with the page: nobody is asked whether to leave it. */
window.addEventListener("beforeunload", (event) => { if (over) event.stopImmediatePropagation(); }, true);
