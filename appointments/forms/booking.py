"""Booking a visit."""

import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import queries
from appointments.board import ROW
from appointments.forms.times import TimeForm
from customers.models import Customer
from packages.models import Session, Treatment
from packages.queries import bookable_sessions
from staff.models import User


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
