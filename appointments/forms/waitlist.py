"""What people may type about a wish, and the time it is given."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import openings
from appointments.forms.times import FIRST_DAY, LAST_DAY, TIME, day_field
from appointments.matching import When
from appointments.models import Appointment, Wish
from customers.models import Customer
from packages.models import Treatment
from staff.models import Practitioner, User


class WishForm(forms.Form):
    """When a visit would suit, and with whom; `version` is that of the visit when it was looked at."""

    practitioner = forms.ModelChoiceField(
        Practitioner.objects.none(),
        label=gettext_lazy("Practitioner"),
        required=False,
        empty_label=gettext_lazy("Anybody who gives it"),
    )
    anybody = forms.BooleanField(label=gettext_lazy("Others will do too"), required=False)
    first_day = day_field(label=gettext_lazy("From"))
    last_day = day_field(label=gettext_lazy("Until"))
    earliest = forms.TimeField(label=gettext_lazy("Not before"), required=False, widget=TIME)
    latest = forms.TimeField(label=gettext_lazy("Not after"), required=False, widget=TIME)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=10**9)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Practitioner.objects.visible_to(user).active().select_related("resource")
        self.fields["practitioner"].queryset = here.order_by("resource__name")

    @property
    def when(self) -> When:
        given = self.cleaned_data
        return When(given["first_day"], given["last_day"], given["earliest"], given["latest"])

    @staticmethod
    def of(visit: Appointment, wish: Wish) -> dict[str, Any]:
        """What the form shows of a wish."""
        return {
            "practitioner": visit.practitioner_id,
            "anybody": wish.any_practitioner,
            "first_day": wish.first_day,
            "last_day": wish.last_day,
            "earliest": wish.earliest,
            "latest": wish.latest,
            "version": visit.version,
        }


class JoinForm(WishForm):
    """Who waits, and for what."""

    customer = forms.ModelChoiceField(
        Customer.objects.none(), label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )
    treatment = forms.ModelChoiceField(
        Treatment.objects.none(), label=gettext_lazy("Treatment"), empty_label=gettext_lazy("Choose …")
    )
    note = forms.CharField(label=gettext_lazy("Note for the visit"), max_length=200, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["customer"].queryset = Customer.objects.visible_to(user).active()
        self.fields["treatment"].queryset = Treatment.objects.visible_to(user).active().order_by("name")


class PlaceForm(forms.Form):
    """A time with somebody: one of those shown, or a button of a refusal, which outranks it."""

    slot = forms.CharField(required=False, max_length=80)
    offer = forms.CharField(required=False, max_length=80)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        found = openings.parse(values.get("offer") or values.get("slot") or "", self.user.branch)
        starts_at, practitioner = (found[0], self._practitioner(found[1][0])) if found else (None, None)
        if starts_at is None or practitioner is None or not _is_in_calendar(starts_at):
            self.add_error("slot", _("Choose a time."))
        return values | {"starts_at": starts_at, "practitioner": practitioner}

    def _practitioner(self, key: str) -> Practitioner | None:
        here = Practitioner.objects.visible_to(self.user).active().select_related("resource", "user")
        return next((one for one in here if str(one.pk) == key), None)


def _is_in_calendar(moment: datetime.datetime) -> bool:
    return FIRST_DAY <= moment.date() <= LAST_DAY
