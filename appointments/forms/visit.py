"""What people may type about one visit: on arrival, while it lasts, when it is called off, and what is to follow."""

import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.consulting import may_write_private
from appointments.domain import WriteUp
from appointments.forms.times import DAY, FIRST_DAY, LAST_DAY
from appointments.models import ConsultationNote, FollowUp
from clinic.permissions import Permission
from packages.models import Parameter
from staff.models import User

LONGEST = 4000
ON_A_DAY = "day"
WEEKS = (1, 2, 4, 6)
AREA = forms.Textarea(attrs={"rows": 2})


class CheckInForm(forms.Form):
    chief_complaint = forms.CharField(label=gettext_lazy("Chief complaint"), max_length=300, required=False)
    whole_visit = forms.BooleanField(label=gettext_lazy("All parts of the visit"), required=False)


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.TextInput({"list": "reasons-cancel"})
    )
    whole_visit = forms.BooleanField(label=gettext_lazy("All parts of the visit"), required=False)


class LetGoForm(forms.Form):
    """Why a charge is waived, or a follow-up dropped."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.TextInput({"list": "reasons-waive"})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)


class WriteUpForm(forms.Form):
    """What was done, the consultation note for those who may read it, the treatment's parameters, and come back when.

    `version` is that of the note the writer had before them.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=10**9)
    note = forms.CharField(
        label=gettext_lazy("What was done"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    complaint = forms.CharField(
        label=gettext_lazy("Complaint"), required=False, max_length=LONGEST, widget=AREA
    )
    finding = forms.CharField(label=gettext_lazy("Finding"), required=False, max_length=LONGEST, widget=AREA)
    diagnosis = forms.CharField(
        label=gettext_lazy("Diagnosis"), required=False, max_length=LONGEST, widget=AREA
    )
    plan = forms.CharField(label=gettext_lazy("Plan"), required=False, max_length=LONGEST, widget=AREA)
    private = forms.CharField(
        label=gettext_lazy("Private"), required=False, max_length=LONGEST, widget=AREA,
        help_text=gettext_lazy("Read by you alone."),
    )  # fmt: skip
    come_back = forms.ChoiceField(label=gettext_lazy("When"), required=False, widget=forms.RadioSelect)
    come_back_on = forms.DateField(label=gettext_lazy("On"), required=False, widget=DAY)
    come_back_reason = forms.CharField(label=gettext_lazy("What for"), max_length=200, required=False)

    CONSULTATION = ("complaint", "finding", "diagnosis", "plan", "private")

    def __init__(
        self,
        *args: Any,
        user: User,
        day: datetime.date,
        note: ConsultationNote | None = None,
        parameters: list[Parameter],
        asked: FollowUp | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.day, self.parameters = day, parameters
        if not user.may(Permission.NOTES_VIEW):
            for name in self.CONSULTATION:
                del self.fields[name]
        elif not may_write_private(user, note):
            del self.fields["private"]
        for parameter in parameters:
            self.fields[_name(parameter)] = _field(parameter, self.initial.get(_name(parameter), ""))
        weeks = [(str(count), _weeks(count)) for count in WEEKS]
        self.fields["come_back"].choices = [("", _("Not planned")), *weeks, (ON_A_DAY, _("On a day"))]
        if asked and asked.booked_id:
            for name in ("come_back", "come_back_on", "come_back_reason"):
                del self.fields[name]

    def clean_come_back_on(self) -> datetime.date | None:
        day = self.cleaned_data["come_back_on"]
        if day and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(_("Choose a day from 2000 to 2199."))
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        missing = values.get("come_back") == ON_A_DAY and not values.get("come_back_on")
        if missing and "come_back_on" not in self.errors:
            self.add_error("come_back_on", _("Choose a day."))
        return values

    @property
    def notes(self) -> list[Any]:
        """The fields of the consultation note that this person has."""
        return [self[name] for name in self.CONSULTATION if name in self.fields]

    @property
    def settings(self) -> list[Any]:
        return [self[_name(parameter)] for parameter in self.parameters]

    @property
    def written(self) -> WriteUp:
        given = self.cleaned_data
        return WriteUp(
            visit_note=given["note"],
            version=given["version"] or 0,
            consultation={name: given[name] for name in self.CONSULTATION if name in given},
            parameters={each.pk: _text(given[_name(each)]) for each in self.parameters},
        )

    @property
    def due_on(self) -> datetime.date | None:
        """The day to come back on; None where that isn't planned."""
        choice = self.cleaned_data.get("come_back", "")
        if choice == ON_A_DAY:
            return self.cleaned_data["come_back_on"]
        return self.day + datetime.timedelta(weeks=int(choice)) if choice else None


def shown(
    note: ConsultationNote | None,
    visit_note: str,
    complaint: str,
    values: dict[UUID, str],
    asked: FollowUp | None,
) -> dict[str, Any]:
    """What the form begins with: what is kept, and the complaint told at the desk."""
    kept = {name: getattr(note, name) if note else "" for name in WriteUpForm.CONSULTATION}
    kept["complaint"] = kept["complaint"] or ("" if note else complaint)
    initial = kept | {"note": visit_note, "version": note.version if note else 0}
    initial |= {f"parameter-{key}": value for key, value in values.items()}
    if asked and not asked.dropped_at:
        initial |= {"come_back": ON_A_DAY, "come_back_on": asked.due_on, "come_back_reason": asked.reason}
    return initial


def _name(parameter: Parameter) -> str:
    return f"parameter-{parameter.pk}"


def _field(parameter: Parameter, kept: str) -> forms.Field:
    """As the clinic has defined it; a choice that is offered no more stays where it was made. Whether it must be filled
    is asked when the visit is completed, not before."""
    label = f"{parameter.name}, {parameter.unit}" if parameter.unit else parameter.name
    if parameter.is_required:
        label = _("%(label)s (required)") % {"label": label}
    if parameter.kind == Parameter.Kind.NUMBER:
        step = {"step": "any", "inputmode": "decimal"}
        return forms.DecimalField(
            label=label, required=False, max_digits=9, decimal_places=3, widget=forms.NumberInput(attrs=step)
        )
    if parameter.kind == Parameter.Kind.CHOICE:
        lines = [line.strip() for line in parameter.choices.splitlines()]
        choices = dict.fromkeys(line for line in [*lines, kept] if line)
        return forms.ChoiceField(
            label=label, required=False, choices=[("", "…"), *((one, one) for one in choices)]
        )
    return forms.CharField(label=label, required=False, max_length=200)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _weeks(count: int) -> str:
    return _("1 week") if count == 1 else _("%(count)s weeks") % {"count": count}
