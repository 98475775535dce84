/* When a customer is chosen, the list of treatments comes anew with what is due for them. Whoever was quicker
   and has already chosen a treatment keeps it. */
let chosen = "";
const select = (event) => (event.detail.target.id === "what" ? document.getElementById("id_what") : null);

document.addEventListener("htmx:beforeSwap", (event) => { chosen = select(event)?.value ?? ""; });
document.addEventListener("htmx:afterSwap", (event) => {
  const now = select(event);
  if (chosen && now && [...now.options].some((option) => option.value === chosen)) now.value = chosen;
});
