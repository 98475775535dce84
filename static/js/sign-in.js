/* Demo mode: a button puts its login into the form. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill-username]");
  const form = document.querySelector("form[data-sign-in]");
  if (!button || !form) return;
  form.elements.username.value = button.dataset.fillUsername;
  form.elements.password.value = button.dataset.fillPassword;
  form.querySelector("[type=submit]").focus();
});
