"""With whom and when: what booking and moving have in common."""

import datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Branch
from staff.models import Practitioner, User

FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2199, 12, 31)  # of any calendar shown
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": "300"})


def calendar_day(typed: str) -> datetime.date | None:
    """The day of an ISO date; None for what is none, or too far off to be reckoned with in every time zone."""
    try:
        day = datetime.date.fromisoformat(typed)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def day_field(**options: Any) -> forms.DateField:
    """A day that every calendar and time zone can reckon with."""
    return forms.DateField(
        widget=DAY,
        validators=[
            MinValueValidator(FIRST_DAY, gettext_lazy("Choose a day from 2000 on.")),
            MaxValueValidator(LAST_DAY, gettext_lazy("Choose a day before 2200.")),
        ],
        **options,
    )


class TimeForm(forms.Form):
    """With whom and when. `offer` is a button that names a moment and outranks the rest."""

    practitioner = forms.ModelChoiceField(
        Practitioner.objects.none(), label=gettext_lazy("Practitioner"), empty_label=gettext_lazy("Choose …")
    )
    day = day_field(label=gettext_lazy("Day"))
    time = forms.TimeField(label=gettext_lazy("Time"), required=False)
    other_time = forms.TimeField(label=gettext_lazy("Or another time"), required=False, widget=TIME)
    offer = forms.CharField(required=False, max_length=40)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branch: Branch = user.branch
        choices = Practitioner.objects.visible_to(user).active().select_related("resource")
        self.fields["practitioner"].queryset = choices.order_by("resource__name")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        values["starts_at"] = self._offered() or self._at(values)
        if values["starts_at"] is None and not {"day", "time", "other_time"} & self.errors.keys():
            self.add_error("time", _("Choose a time."))
        return values

    def _offered(self) -> datetime.datetime | None:
        return self._moment("offer")

    def _moment(self, name: str) -> datetime.datetime | None:
        try:
            moment = datetime.datetime.fromisoformat(self.cleaned_data.get(name) or "")
        except ValueError:
            return None
        if not FIRST_DAY <= moment.date() <= LAST_DAY:
            return None
        return moment if timezone.is_aware(moment) else moment.replace(tzinfo=self.branch.zone)

    def _at(self, values: dict[str, Any]) -> datetime.datetime | None:
        time = values.get("other_time") or values.get("time")
        if time is None or values.get("day") is None:
            return None
        return datetime.datetime.combine(values["day"], time, self.branch.zone)

    # What is known while the rest is still missing: free times are shown from it.

    def shown(self, name: str) -> str:
        """The field's value as text, whether typed or preset."""
        value = self[name].value()
        return "" if value is None else str(value)

    @property
    def chosen_practitioner(self) -> Practitioner | None:
        wanted = self.shown("practitioner")
        return next((one for one in self.fields["practitioner"].queryset if str(one.pk) == wanted), None)

    @property
    def chosen_day(self) -> datetime.date:
        return calendar_day(self.shown("day")) or timezone.localdate(timezone=self.branch.zone)
