/* On a narrow screen the open tab is brought into view. */
const show = () => document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
show();
document.addEventListener("htmx:afterSettle", show);
