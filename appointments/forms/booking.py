"""Booking a visit: who, what with whom, when."""

import datetime
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import openings
from appointments.board import ROW
from appointments.forms.newcomer import NewcomerForm
from appointments.forms.parts import PartForm, parts_in
from appointments.forms.times import FIRST_DAY, LAST_DAY, TIME, calendar_day, day_field
from appointments.menu import Menu
from appointments.models import Appointment
from clinic.models import Resource
from clinic.permissions import Permission
from customers.models import Customer
from packages.models import Session, Treatment
from staff.models import Practitioner, User

#: Not sent when a part of the page is drawn anew: secrets of the form, and what nobody else needs to know.
UNSENT = "not csrfmiddlewaretoken,idempotency_key,full_name,phone,gender,born_on,anyway,note,priority_reason,slot,seen"
#: Taken in beside booked visits.
SQUEEZED_IN = (Appointment.Priority.URGENT, Appointment.Priority.EMERGENCY)
NEW = "new"  # in place of a customer's id: somebody to be registered with the booking


class Chosen(NamedTuple):
    """One part of the visit, settled."""

    treatment: Treatment
    practitioner: Practitioner
    session: Session | None


class BookingForm(forms.Form):
    """`slot` is one of the times shown, `offer` a button of a refusal; either names the practitioner too.

    `seen` is what the times were shown for. When it is out of date the slot counts no more: what was typed last does.
    """

    customer = forms.ModelChoiceField(
        Customer.objects.none(), label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )
    is_walk_in = forms.BooleanField(label=gettext_lazy("Walk-in: the person is here now"), required=False)
    day = day_field(label=gettext_lazy("On another day"), required=False)
    time = forms.TimeField(label=gettext_lazy("Time"), required=False)
    other_time = forms.TimeField(label=gettext_lazy("At another time"), required=False, widget=TIME)
    slot = forms.CharField(required=False, max_length=400)
    seen = forms.CharField(required=False, max_length=400)
    offer = forms.CharField(required=False, max_length=80)
    priority = forms.ChoiceField(
        label=gettext_lazy("Priority"), required=False, choices=Appointment.Priority, widget=forms.RadioSelect
    )
    priority_reason = forms.CharField(
        label=gettext_lazy("Why first"), max_length=200, required=False,
        widget=forms.TextInput({"list": "reasons-priority"}),
    )  # fmt: skip
    room = forms.ModelChoiceField(
        Resource.objects.none(), label=gettext_lazy("Room or device"), required=False,
        empty_label=gettext_lazy("Any that is free"),
    )  # fmt: skip
    follows = forms.ModelChoiceField(
        Appointment.objects.none(), required=False, widget=forms.HiddenInput,
        error_messages={"invalid_choice": gettext_lazy("The first visit of this follow-up is another person's.")},
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Note for the visit"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, user: User, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.user, self.branch = user, user.branch
        self.fields["customer"].queryset = Customer.objects.visible_to(user).active()
        self.newcomer = self._newcomer(data, initial)
        self.chosen_customer = self._customer()
        things = Resource.objects.filter(branch=self.branch, is_active=True)
        self.fields["room"].queryset = things.exclude(kind=Resource.Kind.PRACTITIONER)
        if self.chosen_customer:
            visits = Appointment.objects.visible_to(user).filter(customer=self.chosen_customer)
            self.fields["follows"].queryset = visits
        if not user.may(Permission.APPOINTMENTS_PRIORITISE):
            del self.fields["priority"], self.fields["priority_reason"]
        elif not self.branch.allows_emergencies:
            taken = [choice for choice in Appointment.Priority.choices if choice[0] not in SQUEEZED_IN]
            self.fields["priority"].choices = taken
        menu = Menu.of(user, self.chosen_customer)
        self.parts = [
            PartForm(data, number=number, menu=menu, customer=self.chosen_customer, initial=self._of_part(number))
            for number in range(1, parts_in(data or initial or {}) + 1)
        ]  # fmt: skip

    def _customer(self) -> Customer | None:
        try:
            wanted = UUID(self.shown("customer"))
        except ValueError:
            return None
        return self.fields["customer"].queryset.filter(pk=wanted).first()

    def _newcomer(self, data: Any, initial: dict[str, Any] | None) -> NewcomerForm | None:
        sent = initial if data is None else data
        if (sent or {}).get("customer") != NEW or not self.user.may(Permission.CUSTOMERS_CREATE):
            return None
        self.fields["customer"] = forms.CharField(widget=forms.HiddenInput)
        return NewcomerForm(data, user=self.user, initial=initial)

    def _of_part(self, number: int) -> dict[str, Any]:
        stem = "" if number == 1 else f"part{number}-"
        given = self.initial or {}
        return {name: given.get(f"{stem}{name}", "") for name in ("what", "practitioner")}

    def shown(self, name: str) -> str:
        """The field's value as text, whether typed or preset."""
        value = self[name].value() if name in self.fields else None
        return "" if value is None else str(value)

    # What is known while the rest is still missing: free times are shown from it.

    @cached_property
    def chosen_room(self) -> Resource | None:
        return self._named("room")

    @cached_property
    def first_visit(self) -> Appointment | None:
        """The visit that this one is a follow-up of."""
        return self._named("follows")

    def _named(self, name: str) -> Any:
        try:
            wanted = UUID(self.shown(name))
        except ValueError:
            return None
        return self.fields[name].queryset.filter(pk=wanted).first()

    @property
    def chosen_day(self) -> datetime.date | None:
        return calendar_day(self.shown("day"))

    @property
    def chosen_time(self) -> datetime.time | None:
        try:
            return datetime.time.fromisoformat(self.shown("other_time") or self.shown("time"))
        except ValueError:
            return None

    @property
    def is_now(self) -> bool:
        return self["is_walk_in"].value() in (True, "on", "1")

    @property
    def is_with_one(self) -> bool:
        """Whether the times need not say with whom."""
        return all(part.chosen_practitioner for part in self.parts)

    @property
    def preset_time(self) -> str:
        """The time that was clicked on the board, as long as no other is typed."""
        return "" if self.shown("other_time") else self.shown("time")[:5]

    @property
    def goes_first(self) -> bool:
        return self.shown("priority") not in ("", Appointment.Priority.NORMAL)

    def wish(self, earliest: datetime.datetime | None = None) -> openings.Wish | None:
        """What to find room for; None until each part names its treatment. `earliest`: before, something is against it."""
        parts = [(part.treatment, part.givers) for part in self.parts if part.treatment]
        if len(parts) < len(self.parts):
            return None
        now = timezone.now()
        return openings.Wish(
            branch=self.branch,
            parts=parts,
            now=begun_row(now) if self.is_now or self.shown("priority") in SQUEEZED_IN else now,
            day=None if self.is_now else self.chosen_day,
            at=None if self.is_now else self.chosen_time,
            is_now=self.is_now,
            is_squeezed_in=self.shown("priority") in SQUEEZED_IN,
            is_first=self.shown("priority") == Appointment.Priority.PRIORITY,
            earliest=earliest,
            preferred=self.shown("slot"),
            room=self.chosen_room,
        )

    @property
    def signature(self) -> str:
        """Of what times are shown for, see `seen`."""
        who = ",".join(part.shown("practitioner") for part in self.parts)
        day = self.chosen_day.isoformat() if self.chosen_day else ""
        return "/".join(
            [day, self.shown("other_time")[:5], str(int(self.is_now)), who, self.shown("priority")]
        )

    def is_valid(self) -> bool:
        """All of it, so that everything that is wrong is said at once."""
        wrong = [form for form in self.all_forms[1:] if not form.is_valid()]
        return super().is_valid() and not wrong

    @property
    def all_forms(self) -> list[forms.BaseForm]:
        return [self, *filter(None, [self.newcomer]), *self.parts]

    @property
    def wrong_forms(self) -> list[forms.BaseForm]:
        return [form for form in self.all_forms if form.errors]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        starts_at, who = self._when(values)
        values["starts_at"], values["with"] = starts_at, who
        told = {"day", "time", "other_time"} & self.errors.keys()
        if starts_at is None and not told and all(part.treatment for part in self.parts):
            self.add_error("time", _("Choose a time."))
        if (
            values.get("priority") not in (None, "", "normal")
            and not values.get("priority_reason", "").strip()
        ):
            self.add_error("priority_reason", _("Say why this visit goes first."))
        return values

    def _when(self, values: Mapping[str, Any]) -> tuple[datetime.datetime | None, list[str]]:
        """The moment, and the ids of the practitioners that were shown with it."""
        offered = self._parsed(values.get("offer"))
        if offered:
            return offered
        shown = self._parsed(values.get("slot"))
        if shown and (values.get("seen") == self.signature or self._still_suits(*shown)):
            return shown
        if values.get("is_walk_in"):
            return begun_row(timezone.now()), []
        time = values.get("other_time") or values.get("time")
        if time is None:
            return None, []
        day = values.get("day") or timezone.localdate(timezone=self.branch.zone)
        return datetime.datetime.combine(day, time, self.branch.zone), []

    def _still_suits(self, at: datetime.datetime, who: list[str]) -> bool:
        """Whether a time shown for something else is one that was also asked for now: nobody waits for a redraw."""
        local = at.astimezone(self.branch.zone)
        with_them = all(
            part.shown("practitioner") in ("", key) for part, key in zip(self.parts, who, strict=False)
        )
        asked = self.chosen_day in (None, local.date()) and self.chosen_time in (None, local.time())
        return len(who) == len(self.parts) and with_them and asked and not self.is_now

    def _parsed(self, value: str | None) -> tuple[datetime.datetime, list[str]] | None:
        found = openings.parse(value or "", self.branch)
        return found if found and FIRST_DAY <= found[0].date() <= LAST_DAY else None

    def settled(self) -> list[Chosen]:
        """The parts, each with somebody: the one chosen, else whoever was shown with the time, else whoever is free.

        After `is_valid`; adds an error and gives nothing where nobody is.
        """
        givers = self._givers()
        if not givers:
            self.parts[0].add_error(
                "practitioner", _("Nobody who gives this is free then. Choose another time.")
            )
            return []
        return [
            Chosen(part.treatment, giver, part.session)
            for part, giver in zip(self.parts, givers, strict=True)
        ]

    def _givers(self) -> list[Practitioner]:
        with_time = [*self.cleaned_data["with"], *[""] * len(self.parts)]
        shown = [
            next((one for one in part.givers if len(part.givers) == 1 or str(one.pk) == key), None)
            for part, key in zip(self.parts, with_time, strict=False)
        ]
        if None not in shown:
            return shown
        return openings.free_givers(self.wish(), self.cleaned_data["starts_at"].astimezone(self.branch.zone))


def begun_row(now: datetime.datetime) -> datetime.datetime:
    """The row of the day board that has begun: when somebody who is here now is booked for."""
    return now - (now - now.replace(hour=0, minute=0, second=0, microsecond=0)) % ROW
