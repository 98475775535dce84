"""What customers are told, one function per kind of message. Called with the customer's language active."""

import datetime
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True, kw_only=True)
class Visit:
    """An appointment as its message tells of it; `starts_at` in the zone of the branch."""

    name: str
    clinic: str
    phone: str
    treatment: str
    practitioner: str
    starts_at: datetime.datetime

    @property
    def words(self) -> dict[str, str]:
        return {
            "name": self.name,
            "clinic": self.clinic,
            "phone": self.phone,
            "treatment": self.treatment,
            "practitioner": self.practitioner,
            "day": date_format(self.starts_at, "D, j M Y"),
            "time": date_format(self.starts_at, "g:i A"),
        }


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A package after one more session."""

    name: str
    clinic: str
    phone: str
    package: str
    number: int
    of: int
    remaining: int


def booked(visit: Visit) -> str:
    return (
        _(
            "Hello %(name)s, your appointment at %(clinic)s is booked: %(treatment)s with %(practitioner)s"
            " on %(day)s at %(time)s. To change it, call %(phone)s."
        )
        % visit.words
    )


def moved(visit: Visit) -> str:
    return (
        _(
            "Hello %(name)s, your appointment at %(clinic)s has moved: %(treatment)s with %(practitioner)s"
            " is now on %(day)s at %(time)s. If that doesn't suit you, call %(phone)s."
        )
        % visit.words
    )


def confirmed(visit: Visit) -> str:
    return (
        _(
            "Hello %(name)s, your appointment at %(clinic)s is confirmed: %(treatment)s with %(practitioner)s"
            " on %(day)s at %(time)s. We look forward to seeing you."
        )
        % visit.words
    )


def reminder(visit: Visit) -> str:
    return (
        _(
            "Hello %(name)s, a reminder of your appointment at %(clinic)s tomorrow, %(day)s at %(time)s:"
            " %(treatment)s with %(practitioner)s. If you can't come, call %(phone)s."
        )
        % visit.words
    )


def session(progress: Progress) -> str:
    if not progress.remaining:
        return (
            _(
                "Hello %(name)s, session %(number)s of %(of)s of your package %(package)s is done: it was the last one."
                " Thank you for choosing %(clinic)s."
            )
            % progress.__dict__
        )
    return (
        ngettext(
            "Hello %(name)s, session %(number)s of %(of)s of your package %(package)s is done, %(remaining)s remains."
            " Thank you for choosing %(clinic)s.",
            "Hello %(name)s, session %(number)s of %(of)s of your package %(package)s is done, %(remaining)s remain."
            " Thank you for choosing %(clinic)s.",
            progress.remaining,
        )
        % progress.__dict__
    )


def nearly_done(progress: Progress) -> str:
    return (
        _(
            "Hello %(name)s, one session of your package %(package)s is left. Shall we book it, and talk about"
            " what comes next? Call %(clinic)s at %(phone)s."
        )
        % progress.__dict__
    )
