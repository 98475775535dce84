"""What people may type when they mark somebody off, change the hours of a day, or take a device out of service."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.absences import why_locked
from appointments.forms.times import DAY, FIRST_DAY, LAST_DAY, TIME
from clinic.models import Branch, Resource
from clinic.models.organisation import WEEKDAYS
from clinic.permissions import Permission
from staff.models import DayHours, Practitioner, Shift, TimeOff, User, WeeklyHours


class CalendarDay(forms.DateField):
    """A day that every calendar and time zone can reckon with."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=DAY, **options)

    def clean(self, value: Any) -> datetime.date | None:
        day = super().clean(value)
        if day and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(_("Choose a day from 2000 to 2199."))
        return day


class EmergencyForm(forms.Form):
    """Has a field for why it must be after the evening lock, for those who may override it."""

    override = forms.CharField(
        label=gettext_lazy("Emergency: why after the evening lock"), max_length=200, required=False
    )

    def __init__(self, *args: Any, user: User, is_locked: bool | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.branch = user, user.branch
        if not user.may(Permission.AVAILABILITY_OVERRIDE) or not (
            _locks(self.branch) if is_locked is None else is_locked
        ):
            del self.fields["override"]

    @property
    def override_given(self) -> str:
        return str(self.cleaned_data.get("override", ""))


def _locks(branch: Branch) -> bool:
    return why_locked(branch, timezone.localdate(timezone=branch.zone)) is not None


class TimeOffForm(EmergencyForm):
    person = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Who"), empty_label=gettext_lazy("Choose …")
    )
    first_day = CalendarDay(label=gettext_lazy("First day"))
    last_day = CalendarDay(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Empty: that day alone.")
    )
    part = forms.ChoiceField(
        label=gettext_lazy("How much of each day"),
        choices=TimeOff.Part,
        initial=TimeOff.Part.FULL_DAY,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"list": "reasons-absence"}),
        help_text=gettext_lazy("For colleagues; customers don't read it."),
    )
    field_order = ["person", "first_day", "last_day", "part", "reason", "override"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        here = Practitioner.objects.visible_to(user).active()
        people = User.objects.filter(pk__in=here.values("user_id"), is_active=True)
        if not user.may(Permission.STAFF_CONFIGURE):
            people = people.filter(pk=user.pk)
        self.fields["person"].queryset = people.order_by("full_name")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        first = values.get("first_day")
        if "last_day" not in self.errors:
            values["last_day"] = values.get("last_day") or first
        if first and values.get("last_day") and values["last_day"] < first:
            self.add_error("last_day", _("The last day is before the first."))
        return values


class WithdrawForm(EmergencyForm):
    reason = forms.CharField(label=gettext_lazy("Why they work after all"), max_length=200)
    field_order = ["reason", "override"]


class OutageForm(forms.Form):
    """From when until when, in local time of the branch; without a day at the end, until it is put back."""

    resource = forms.ModelChoiceField(
        Resource.objects.none(), label=gettext_lazy("Room or device"), empty_label=gettext_lazy("Choose …")
    )
    from_day = CalendarDay(label=gettext_lazy("From day"))
    from_time = forms.TimeField(label=gettext_lazy("From time"), widget=TIME)
    until_day = CalendarDay(
        label=gettext_lazy("Until day"),
        required=False,
        help_text=gettext_lazy("Empty: until it is put back."),
    )
    until_time = forms.TimeField(label=gettext_lazy("Until time"), required=False, widget=TIME)
    reason = forms.CharField(label=gettext_lazy("What is wrong with it"), max_length=200)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branch = user.branch
        things = Resource.objects.filter(branch=self.branch, is_active=True)
        self.fields["resource"].queryset = things.exclude(kind=Resource.Kind.PRACTITIONER)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        values["starts_at"] = self._moment(values.get("from_day"), values.get("from_time"))
        until, at = values.get("until_day"), values.get("until_time")
        if at and not until:
            self.add_error("until_day", _("On which day?"))
        if until and at is None and "until_time" not in self.errors:  # the whole of that day
            until, at = until + datetime.timedelta(days=1), datetime.time.min
        values["ends_at"] = self._moment(until, at)
        return values

    def _moment(self, day: datetime.date | None, at: datetime.time | None) -> datetime.datetime | None:
        if day is None or at is None:
            return None
        return datetime.datetime.combine(day, at, self.branch.zone)


class DayForm(EmergencyForm):
    """Beside the shifts of a day."""

    day = CalendarDay(label=gettext_lazy("Day"))
    field_order = ["day", "override"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].widget = forms.HiddenInput()


class ShiftForm(forms.ModelForm):
    """One shift of a day; with neither beginning nor end it is none."""

    class Meta:
        model = DayHours
        fields = Shift.FIELDS
        widgets = dict.fromkeys(("starts", "ends", "break_starts", "break_ends"), TIME)
        labels = {"name": gettext_lazy("Name of the shift")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("starts", "ends"):
            self.fields[name].required = False

    @property
    def main(self) -> list[forms.BoundField]:
        return [self[name] for name in ("starts", "ends", "break_starts", "break_ends", "name")]

    @property
    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.Meta.fields[5:]]

    @property
    def is_filled(self) -> bool:
        return bool(self.cleaned_data.get("starts") and self.cleaned_data.get("ends"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors and bool(values.get("starts")) != bool(values.get("ends")):
            self.add_error("ends" if values.get("starts") else "starts", _("From when until when?"))
        return values


ShiftFormSet = forms.formset_factory(ShiftForm, extra=1, max_num=6, absolute_max=6)


class WeeklyForm(EmergencyForm):
    """Beside the shifts of every week."""

    valid_from = CalendarDay(
        label=gettext_lazy("From this day on"),
        help_text=gettext_lazy(
            "In place of all hours of every week that are known for then. Earlier days keep theirs."
        ),
    )
    field_order = ["valid_from", "override"]


class WeeklyShiftForm(ShiftForm):
    """One shift with the days of the week that have it."""

    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days"),
        coerce=int,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta(ShiftForm.Meta):
        model = WeeklyHours

    @property
    def rows(self) -> list[WeeklyHours]:
        """One for each day; none where it isn't filled in."""
        values = {name: self.cleaned_data[name] for name in Shift.FIELDS} if self.is_filled else {}
        return [WeeklyHours(weekday=day, **values) for day in self.cleaned_data.get("weekdays", ()) if values]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.errors and self.is_filled and not values.get("weekdays"):
            self.add_error("weekdays", _("On which days?"))
        return values


WeeklyFormSet = forms.formset_factory(WeeklyShiftForm, extra=1, max_num=14, absolute_max=14)
