/* Two corners of Django admin that screen readers stumble over: an empty table head, and a search box named by a picture. */
document.querySelectorAll(".inline-group th:empty").forEach((head) => head.replaceWith(document.createElement("td")));
const search = document.getElementById("searchbar");
const picture = document.querySelector("label[for=searchbar] img");
if (search && picture) search.setAttribute("aria-label", picture.alt);
