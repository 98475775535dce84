"""Posting a form of Django admin as a browser does: everything that it shows, with some values changed."""

from typing import Any

from django.forms import MultiWidget
from django.test import Client
from uuid_utils import compat


def fill(client: Client, address: str, changes: dict[str, Any]) -> dict[str, str]:
    """What the browser would send after `changes`; an empty text unticks a box."""
    context = client.get(address).context
    body: dict[str, str] = {}
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is None or value is False:
                continue
            if isinstance(field.field.widget, MultiWidget):
                parts = field.field.widget.decompress(value)
                body |= {
                    f"{field.html_name}_{i}": str(part) for i, part in enumerate(parts) if part is not None
                }
                continue
            body[field.html_name] = "on" if value is True else str(value)
    if context["add"]:
        body["idempotency_key"] = str(compat.uuid7())
    body |= {name: str(value) for name, value in changes.items()}
    return {name: value for name, value in body.items() if value or not _is_box(forms, name)}


def _is_box(forms: list[Any], name: str) -> bool:
    return any(
        field.html_name == name and field.field.widget.__class__.__name__ == "CheckboxInput"
        for form in forms
        for field in form
    )


def save(client: Client, address: str, changes: dict[str, Any]) -> Any:
    return client.post(address, fill(client, address, changes))


def errors_of(response: Any) -> str:
    """Everything that the page says is wrong."""
    assert response.status_code in (200, 422), response.status_code
    said = [str(problem) for problem in response.context["errors"]]
    return " ".join(said).replace("&#x27;", "'")
