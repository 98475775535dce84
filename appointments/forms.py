"""What people may type when they book, move, finish or call off a visit."""

import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import queries
from appointments.board import ROW
from clinic.models import Branch
from customers.models import Customer
from packages.models import Session, Treatment
from packages.queries import bookable_sessions
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


class TimeForm(forms.Form):
    """With whom and when. `offer` is a button that names a moment and outranks the rest."""

    practitioner = forms.ModelChoiceField(
        Practitioner.objects.none(), label=gettext_lazy("Practitioner"), empty_label=gettext_lazy("Choose …")
    )
    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=DAY,
        validators=[
            MinValueValidator(FIRST_DAY, gettext_lazy("Choose a day from 2000 on.")),
            MaxValueValidator(LAST_DAY, gettext_lazy("Choose a day before 2200.")),
        ],
    )
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
        try:
            moment = datetime.datetime.fromisoformat(self.cleaned_data.get("offer") or "")
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


class BookingForm(TimeForm):
    """`what` is a treatment ("treatment:id") or a due session of a package ("session:id")."""

    customer = forms.ModelChoiceField(
        Customer.objects.none(), label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )
    what = forms.CharField(label=gettext_lazy("Treatment"), max_length=60, widget=forms.Select)
    is_walk_in = forms.BooleanField(label=gettext_lazy("Walk-in: the person is here now"), required=False)
    note = forms.CharField(label=gettext_lazy("Note for the visit"), max_length=200, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["customer"].queryset = Customer.objects.visible_to(user).active()
        self.treatments = list(Treatment.objects.visible_to(user).active())
        self.chosen_customer = self._customer()
        self.due = self._due()
        self.fields["what"].widget.choices = self._choices()

    def _customer(self) -> Customer | None:
        try:
            wanted = UUID(self.shown("customer"))
        except ValueError:
            return None
        return self.fields["customer"].queryset.filter(pk=wanted).first()

    def _due(self) -> list[Session]:
        if self.chosen_customer is None:
            return []
        return bookable_sessions(self.chosen_customer.pk, timezone.localdate(timezone=self.branch.zone))

    def _choices(self) -> list[tuple[str, Any]]:
        menu = [(f"treatment:{one.pk}", f"{one.name}, {one.minutes} min") for one in self.treatments]
        due = [(f"session:{one.pk}", _due_name(one)) for one in self.due]
        first = [("", _("Choose …"))]
        return [*first, (_("Due in a package"), due), (_("Treatments"), menu)] if due else [*first, *menu]

    @property
    def wanted(self) -> tuple[Treatment | None, Session | None]:
        """What is to be done, and the session it belongs to; (None, None) when that can't be told."""
        kind, _colon, key = self.shown("what").partition(":")
        if kind == "treatment":
            return next((one for one in self.treatments if str(one.pk) == key), None), None
        session = next((one for one in self.due if str(one.pk) == key), None)
        if session is None and kind == "session" and self.chosen_customer:
            session = self._session(key)
        return (session.enrolment.plan.treatment, session) if session else (None, None)

    def _session(self, key: str) -> Session | None:
        """One that is not due any more: the verb will say what became of it."""
        try:
            return queries.session_for(UUID(key), self.chosen_customer.pk)
        except ValueError:
            return None

    def clean_what(self) -> str:
        if self.wanted[0] is None:
            raise forms.ValidationError(_("Choose a treatment or a due session."))
        return self.cleaned_data["what"]

    def _at(self, values: dict[str, Any]) -> datetime.datetime | None:
        if not values.get("is_walk_in"):
            return super()._at(values)
        now = timezone.now()
        return now - (now - now.replace(hour=0, minute=0, second=0, microsecond=0)) % ROW


def _due_name(session: Session) -> str:
    return _("Next: session %(number)s of %(count)s, %(plan)s") % {
        "number": session.number,
        "count": session.enrolment.session_count,
        "plan": session.enrolment.plan_name,
    }


class MoveForm(TimeForm):
    """Another time for a visit; `version` is that of the visit the mover looks at."""

    version = forms.IntegerField(widget=forms.HiddenInput)
