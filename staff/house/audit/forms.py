"""What the audit may be asked for."""

import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db import models
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from clinic.audit import values
from clinic.models import AuditRow, Branch
from staff.house.audit import queries
from staff.models import User

NAMES = ("q", "person", "action", "kind", "branch", "since", "until")
NOBODY = "nobody"


class PlainSelect(forms.Select):
    """Drawn in one go: Django's own draws two templates for each choice, and there are hundreds."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = str(value or "")
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) == chosen else "", words)
                for key, words in self.choices
            ),
        )
        given = flatatt(self.build_attrs({"name": name, **self.attrs}, attrs))
        return format_html("<select{}>{}</select>", given, options)


class AuditFilters(forms.Form):
    """Days are those of the branch worked at, both included."""

    q = forms.CharField(
        label=_("Record or path"),
        max_length=100,
        required=False,
        widget=forms.TextInput(
            {"type": "search", "placeholder": _("Id or part of a path"), "autocomplete": "off"}
        ),
    )
    person = forms.ChoiceField(label=_("Who"), required=False, widget=PlainSelect)
    action = forms.ChoiceField(label=_("What"), required=False)
    kind = forms.ChoiceField(label=_("Kind of record"), required=False, widget=PlainSelect)
    branch = forms.ChoiceField(label=_("Branch"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, data: QueryDict, *, user: User, branches: list[Branch]) -> None:
        super().__init__({name: data.get(name, "").replace("\0", "") for name in NAMES})
        people = [(str(pk), name) for pk, name in queries.people(user)]
        self._choose("person", [*people, (NOBODY, _("Nobody (the system)"))])
        self._choose("action", AuditRow.Action.choices)
        self._choose("kind", values.kinds())
        if branches:
            self._choose("branch", [(str(branch.pk), branch.trade_name) for branch in branches])
        else:
            del self.fields["branch"]

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = [("", _("All")), *choices]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day comes before the first."))
        return cleaned

    @property
    def asked(self) -> "queries.Asked":
        """Valid values; where one is not, as if nobody had asked, and beside the field it is said."""
        self.is_valid()
        good = self.cleaned_data
        until = good.get("until")
        return queries.Asked(
            words=good.get("q", ""),
            wanted=self._wanted(good),
            since=_midnight(good["since"]) if good.get("since") else None,
            until=_midnight(until + datetime.timedelta(days=1))
            if until and until < datetime.date.max
            else None,
        )

    def _wanted(self, good: dict[str, Any]) -> models.Q:
        wanted = models.Q()
        if person := good.get("person"):
            wanted &= models.Q(by_id=None) if person == NOBODY else models.Q(by_id=UUID(person))
        for name, column in (("action", "action"), ("kind", "table_name"), ("branch", "branch_id")):
            if good.get(name):
                wanted &= models.Q(**{column: good[name]})
        return wanted


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
