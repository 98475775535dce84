"""One treatment of a visit: what, and with whom."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import queries
from appointments.advice import Advice
from appointments.availability import words
from appointments.menu import Menu
from customers.models import Customer
from packages.models import Session, Treatment
from staff.models import Practitioner

MOST = 5  # treatments in one visit


class PartForm(forms.Form):
    """`what` is a treatment ("treatment:id") or a due session ("session:id"); no practitioner means anybody."""

    what = forms.CharField(label=gettext_lazy("Treatment"), max_length=60, widget=forms.Select)
    practitioner = forms.ChoiceField(label=gettext_lazy("Practitioner"), required=False)

    def __init__(
        self, data: Any = None, *, number: int, menu: Menu, customer: Customer | None, initial: Any = None
    ) -> None:
        prefix = None if number == 1 else f"part{number}"
        super().__init__(data, prefix=prefix, initial=initial)
        self.number, self.menu, self.customer = number, menu, customer
        self.advice = Advice()
        self.fields["what"].widget.choices = self._choices()
        self.fields["practitioner"].choices = [("", _("Anybody")), *menu.by_department]

    def _choices(self) -> list[tuple[str, Any]]:
        menu = [(f"treatment:{one.pk}", f"{one.name}, {one.minutes} min") for one in self.menu.treatments]
        due = [(f"session:{one.pk}", due_name(one)) for one in self.menu.due]
        first = [("", _("Choose …"))]
        return [*first, (_("Due in a package"), due), (_("Treatments"), menu)] if due else [*first, *menu]

    def shown(self, name: str) -> str:
        """The field's value as text, whether typed or preset."""
        value = self[name].value()
        return "" if value is None else str(value)

    @property
    def wanted(self) -> tuple[Treatment | None, Session | None]:
        """What is to be done, and the session it belongs to; (None, None) when that can't be told."""
        kind, _colon, key = self.shown("what").partition(":")
        if kind == "treatment":
            return next((one for one in self.menu.treatments if str(one.pk) == key), None), None
        session = next((one for one in self.menu.due if str(one.pk) == key), None)
        if session is None and kind == "session" and self.customer:
            session = self._session(key)
        return (session.enrolment.plan.treatment, session) if session else (None, None)

    def _session(self, key: str) -> Session | None:
        """One that is not due any more: the verb will say what became of it."""
        try:
            return queries.session_for(UUID(key), self.customer.pk)
        except ValueError:
            return None

    @property
    def treatment(self) -> Treatment | None:
        return self.wanted[0]

    @property
    def session(self) -> Session | None:
        return self.wanted[1]

    @property
    def chosen_practitioner(self) -> Practitioner | None:
        wanted = self.shown("practitioner")
        return next((one for one in self.menu.practitioners if str(one.pk) == wanted), None)

    @property
    def givers(self) -> list[Practitioner]:
        """Who may be booked for it: the one chosen, else everybody who gives the treatment."""
        able = self.menu.may_give(self.treatment) if self.treatment else []
        return [one for one in able if self.chosen_practitioner in (None, one)]

    @property
    def why_not_them(self) -> str:
        """What stands beside the practitioner who doesn't give the treatment."""
        if self.treatment is None or self.givers:
            return ""
        names = [one.resource.name for one in self.menu.may_give(self.treatment)]
        return words.not_among(self.chosen_practitioner, self.treatment, names)

    def clean(self) -> dict[str, Any]:
        if self.why_not_them and "practitioner" not in self.errors:
            self.add_error("practitioner", self.why_not_them)
        return super().clean()

    def clean_what(self) -> str:
        if self.wanted[0] is None:
            raise forms.ValidationError(_("Choose a treatment or a due session."))
        return self.cleaned_data["what"]


def due_name(session: Session) -> str:
    return _("Next: session %(number)s of %(count)s, %(plan)s") % {
        "number": session.number,
        "count": session.enrolment.session_count,
        "plan": session.enrolment.plan_name,
    }


def parts_in(values: Any) -> int:
    """How many parts a form or an address names: they are numbered without a gap."""
    number = 1
    while number < MOST and f"part{number + 1}-what" in values:
        number += 1
    return number
