"""What lists, registers and statements are narrowed to. Nonsense is ignored, as in any address."""

import datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from billing.forms import DATES
from billing.models import Note, Payment
from billing.outstanding import AGES
from billing.register_rows import Period
from billing.registers import REGISTERS
from clinic.models import Branch
from staff.models import User

EARLIEST, LATEST = datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    return forms.DateField(
        label=label, required=False, input_formats=DATES, widget=widget,
        validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
    )  # fmt: skip


def _search(label: Any) -> forms.CharField:
    widget = forms.TextInput({"type": "search", "autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, required=False, max_length=100, widget=widget)


class Narrowing(forms.Form):
    """A form whose valid part counts. `sort` goes along."""

    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def known(self) -> dict[str, Any]:
        self.is_valid()
        found = getattr(self, "cleaned_data", {})
        return {name: found.get(name) or "" for name in self.fields}


class PeriodForm(Narrowing):
    """From one day to another; empty: the month so far."""

    since = _day(_("From"))
    until = _day(_("To"))

    def period(self, today: datetime.date) -> Period:
        known = self.known()
        since = known["since"] or self.first_day(known["until"] or today)
        until = known["until"] or max(today, since)
        return Period(since, until)

    def first_day(self, until: datetime.date) -> datetime.date:
        return until.replace(day=1)

    def filled(self, today: datetime.date) -> "PeriodForm":
        """The same with the days that were meant, to be shown."""
        period = self.period(today)
        data = self.data.copy() if hasattr(self.data, "copy") else dict(self.data)
        data["since"], data["until"] = period.since.isoformat(), period.until.isoformat()
        return type(self)(data)


class StatementForm(PeriodForm):
    """Empty: the financial year so far."""

    def first_day(self, until: datetime.date) -> datetime.date:
        return until.replace(year=until.year - (until.month < 4), month=4, day=1)


class RegisterForm(PeriodForm):
    show = forms.ChoiceField(
        label=_("Register"), required=False, choices=[(each.name, each.title) for each in REGISTERS.values()]
    )


class SalesForm(PeriodForm):
    BY = [
        ("practitioner", _("Practitioner")),
        ("treatment", _("Treatment or package")),
        ("product", _("Product")),
    ]
    by = forms.ChoiceField(label=_("By"), required=False, choices=BY)


class PaymentFilter(Narrowing):
    q = _search(_("Receipt, reference or customer"))
    mode = forms.ChoiceField(label=_("Mode"), required=False, choices=[("", _("All")), *Payment.Mode.choices])
    by = forms.ModelChoiceField(User.objects.none(), label=_("Cashier"), required=False, empty_label=_("Everybody"))  # fmt: skip
    since = _day(_("From"))
    until = _day(_("To"))

    def __init__(self, data: Any, *, branch: Branch) -> None:
        super().__init__(data)
        took = Payment.objects.filter(branch=branch).order_by().values("by").distinct()
        self.fields["by"].queryset = User.objects.filter(pk__in=took).order_by("full_name")


class NoteFilter(Narrowing):
    q = _search(_("Number, invoice or customer"))
    show = forms.ChoiceField(label=_("Show"), required=False, choices=[("", _("All")), *Note.Kind.choices])
    since = _day(_("From"))
    until = _day(_("To"))


class OutstandingFilter(Narrowing):
    q = _search(_("Customer"))
    age = forms.ChoiceField(
        label=_("Age"), required=False, choices=[("", _("All")), *((each.name, each.label) for each in AGES)]
    )
