"""How every form is drawn: `{{ form }}` and `{{ form.name.as_field_group }}` use our components. And what it is fed."""

from django.forms.renderers import TemplatesSetting
from django.http import QueryDict

LONGEST_SEARCH = 100


class Renderer(TemplatesSetting):
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


def typed(data: QueryDict) -> QueryDict:
    """What was sent, without NUL characters: the database can't hold them, and nobody means to type one."""
    if not any("\0" in value for _, values in data.lists() for value in values):
        return data
    clean = data.copy()
    for name, values in data.lists():
        clean.setlist(name, [value.replace("\0", "") for value in values])
    return clean


def searched(data: QueryDict, name: str = "q") -> str:
    """What is searched for, as far as a search makes sense of it: trimmed, at most 100 characters."""
    return data.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH]


def whole(text: str, *, digits: int = 9) -> int | None:
    """A whole number of at most so many digits, as an address or a hidden field holds it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
