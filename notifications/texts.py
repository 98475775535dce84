"""What customers are told, one function per kind of message. Called with the customer's language active."""

import datetime
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True, kw_only=True)
class Visit:
    """An appointment as its message tells of it; `starts_at` in the zone of the branch. Of a visit with several parts
    `treatment` names them all; `serial` is the number in a shift that is given out by numbers."""

    name: str
    clinic: str
    phone: str
    treatment: str
    practitioner: str
    starts_at: datetime.datetime
    number: str = ""
    serial: int | None = None
    comes_back_on: datetime.date | None = None

    @property
    def slip(self) -> str:
        """What an appointment slip says besides: the number, and the serial number."""
        if self.serial is None:
            return _("Appointment number: %(number)s.") % {"number": self.number}
        return _("Your number is %(serial)s. Appointment number: %(number)s.") % {
            "serial": self.serial,
            "number": self.number,
        }

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
            "slip": self.slip,
            "number": self.number,
            "again": self.again,
            "again_on": date_format(self.comes_back_on, "D, j M Y") if self.comes_back_on else "",
        }

    @property
    def again(self) -> str:
        """What is said of coming back after a visit."""
        if not self.comes_back_on:
            return _("If anything is unclear, call %(phone)s.") % {"phone": self.phone}
        return _("Please come again around %(day)s; call %(phone)s to book.") % {
            "day": date_format(self.comes_back_on, "D, j M Y"),
            "phone": self.phone,
        }


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A time kept for somebody, both moments in the zone of the branch."""

    name: str
    clinic: str
    phone: str
    treatment: str
    practitioner: str
    starts_at: datetime.datetime
    held_until: datetime.datetime

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
            "until": date_format(self.held_until, "g:i A"),
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

    @property
    def words(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.__dict__.items()}


@dataclass(frozen=True, kw_only=True)
class Bill:
    """A paper of money as its message tells of it; `link` opens it until the day `until`. Amounts as they are printed."""

    name: str
    clinic: str
    phone: str
    title: str
    number: str
    day: datetime.date
    amount: str
    due: str
    link: str
    until: datetime.date

    @property
    def words(self) -> dict[str, str]:
        days = {key: date_format(getattr(self, key), "j M Y") for key in ("day", "until")}
        return {**self.__dict__, **days, "paying": self.paying}

    @property
    def paying(self) -> str:
        """What is said of paying; nothing where nothing is due."""
        return _("%(due)s is due.") % {"due": self.due} if self.due else ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The code that proves a session."""

    code: str
    package: str
    number: int
    clinic: str


def booked(visit: Visit) -> str:
    return (
        _(
            "Hello %(name)s, your appointment at %(clinic)s is booked: %(treatment)s with %(practitioner)s"
            " on %(day)s at %(time)s. To change it, call %(phone)s."
        )
        % visit.words
        + f" {visit.words['slip']}"
    )


def moved(visit: Visit) -> str:
    return (
        _(
            "Hello %(name)s, your appointment at %(clinic)s has moved: %(treatment)s with %(practitioner)s"
            " is now on %(day)s at %(time)s. If that doesn't suit you, call %(phone)s."
        )
        % visit.words
        + f" {visit.words['slip']}"
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


def completed(visit: Visit) -> str:
    return (
        _(
            "Hello %(name)s, thank you for your visit to %(clinic)s for %(treatment)s with %(practitioner)s."
            " %(again)s"
        )
        % visit.words
    )


def follow_up(visit: Visit) -> str:
    return (
        _(
            "Hello %(name)s, after your %(treatment)s %(practitioner)s would like to see you again around %(again_on)s."
            " To book, call %(clinic)s at %(phone)s."
        )
        % visit.words
    )


def offered(offer: Offered) -> str:
    return (
        _(
            "Hello %(name)s, a time has become free at %(clinic)s: %(treatment)s with %(practitioner)s on %(day)s at"
            " %(time)s. We keep it for you until %(until)s. To take it, reply here or call %(phone)s."
        )
        % offer.words
    )


def session(progress: Progress) -> str:
    if not progress.remaining:
        return (
            _(
                "Hello %(name)s, session %(number)s of %(of)s of your package %(package)s is done: it was the last one."
                " Thank you for choosing %(clinic)s."
            )
            % progress.words
        )
    return (
        ngettext(
            "Hello %(name)s, session %(number)s of %(of)s of your package %(package)s is done, %(remaining)s remains."
            " Thank you for choosing %(clinic)s.",
            "Hello %(name)s, session %(number)s of %(of)s of your package %(package)s is done, %(remaining)s remain."
            " Thank you for choosing %(clinic)s.",
            progress.remaining,
        )
        % progress.words
    )


def nearly_done(progress: Progress) -> str:
    return (
        _(
            "Hello %(name)s, one session of your package %(package)s is left. Shall we book it, and talk about"
            " what comes next? Call %(clinic)s at %(phone)s."
        )
        % progress.words
    )


def bill(about: Bill) -> str:
    text = _(
        "Hello %(name)s, your %(title)s %(number)s from %(clinic)s: %(amount)s. %(paying)s Open it until %(until)s: %(link)s"
    )
    return " ".join((text % about.words).split())


def receipt(about: Bill) -> str:
    return (
        _(
            "Hello %(name)s, %(clinic)s has received %(amount)s from you, thank you. Your %(title)s %(number)s, until"
            " %(until)s: %(link)s"
        )
        % about.words
    )


def note(about: Bill) -> str:
    return (
        _(
            "Hello %(name)s, %(clinic)s has written %(title)s %(number)s over %(amount)s for you. Open it until %(until)s:"
            " %(link)s"
        )
        % about.words
    )


def due(about: Bill) -> str:
    return (
        _(
            "Hello %(name)s, %(due)s of your %(title)s %(number)s of %(day)s from %(clinic)s is still due. See it until"
            " %(until)s: %(link)s If you have just paid, thank you; any question: %(phone)s."
        )
        % about.words
    )


def session_code(asked: Asked) -> str:
    return (
        _(
            "%(code)s is the code for session %(number)s of %(package)s at %(clinic)s. Read it out at the desk if you"
            " are there now; otherwise tell nobody."
        )
        % asked.__dict__
    )
