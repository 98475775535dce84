"""What lists of stock may be asked for."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import Movement

from .stock import DATES, day_field

LONGEST = datetime.timedelta(days=366)
EARLIEST = datetime.date.min + LONGEST


class MovementFilters(forms.Form):
    """Days of the branch, both included; at most a year at once."""

    q = forms.CharField(label=_("Search"), max_length=100, required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    since = day_field(_("From"))
    until = day_field(_("To"))

    def __init__(self, data: Any, *, today: datetime.date) -> None:
        given = {name: data.get(name, "").replace("\0", "") for name in ("q", "kind", "since", "until")}
        given["since"] = given["since"] or str(today - datetime.timedelta(days=29))
        given["until"] = given["until"] or str(today)
        super().__init__(given)
        self.fields["kind"].choices = [("", _("All")), *Movement.Kind.choices]
        self.fields["q"].widget = forms.TextInput(
            {"type": "search", "placeholder": _("Item or batch"), "autocomplete": "off"}
        )
        self.today = today

    @property
    def asked(self) -> dict[str, Any]:
        """Valid values; where one is not, as if nobody had asked."""
        good = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        last = good.get("until") or self.today
        last = max(last, EARLIEST)
        first = good.get("since") or last - datetime.timedelta(days=29)
        first = max(min(first, last), last - LONGEST)
        return {"typed": good.get("q", ""), "kind": good.get("kind", ""), "first": first, "last": last}


def day_asked(typed: str, today: datetime.date) -> datetime.date:
    """A day of the past as typed, today where it is none."""
    for form in DATES:
        try:
            found = datetime.datetime.strptime(typed.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return min(found, today)
    return today
