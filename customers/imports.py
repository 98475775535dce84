"""The list of customers, as it comes from a former system."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import gst
from clinic.models import Branch
from clinic.permissions import Permission
from customers import domain, facts
from customers.models import Customer
from imports.columns import Column, choice, day, text, through
from imports.importers import Finding, Importer, Line, add, twice
from staff.models import User

AT_ONCE = 5000  # values in one question to the database


def register() -> None:
    add(
        Importer(
            kind="customers",
            order=10,
            title=gettext_lazy("Customers"),
            explanation=gettext_lazy(
                "Name, phone and gender are enough. Somebody of the same name and phone is left out."
            ),
            permission=Permission.CUSTOMERS_CREATE,
            columns=columns,
            check=check,
            write=write,
            icon="users",
        )
    )


def columns(branch: Branch) -> tuple[Column, ...]:
    states = {words: code for code, state in gst.STATES.items() for words in (state.name, code)}
    genders = {str(label): value for value, label in Customer.Gender.choices}
    return (
        Column("full_name", _("Full name"), through(facts.name, 100), True, ("name", "patient", "customer"), "Priya Mehta"),
        Column("phone", _("Phone"), through(facts.phone, 60), True, ("mobile", "contact"), "98450 12345"),
        Column("gender", _("Gender"), choice(genders | {"F": "female", "M": "male", "O": "other"}), True, ("sex",), "Female"),
        Column("reference", _("Reference number"), through(_reference, 12), False, ("patient id", "prn", "uhid"), ""),
        Column("born_on", _("Date of birth"), _birth_date, False, ("dob", "birthday"), "9 Mar 1992"),
        Column("email", _("E-mail"), text(254), False, ("email",), "priya@example.in"),
        Column("second_phone", _("Second phone"), through(facts.phone, 60), False, ("alternate phone",)),
        Column("address", _("Address"), text(250), False, (), "12 MG Road"),
        Column("city", _("City"), text(80), False, (), "Bengaluru"),
        Column("state", _("State"), choice(states), False, (), "Karnataka"),
        Column("postal_code", _("PIN code"), through(facts.RULES["postal_code"], 10), False, ("pin", "pincode")),
        Column("gstin", _("GSTIN"), through(facts.gstin, 15)),
        Column("blood_group", _("Blood group"), choice({group: group for group, _label in Customer.BLOOD_GROUPS})),
        Column("skin_type", _("Skin type"), text(50)),
        Column("allergies", _("Allergies"), text(2000), False, (), "Lidocaine"),
        Column("chronic_conditions", _("Chronic conditions"), text(2000)),
        Column("chief_concern", _("Chief concern"), text(200), False, ("concern",)),
        Column("notes", _("Notes"), text(5000)),
    )  # fmt: skip


def _reference(words: str) -> str:
    """One of a former system is taken as it is; letters and digits, so that it can be read out and scanned."""
    if not words.isascii() or not words.isalnum():
        raise ValueError(_("A reference number has only letters and digits."))
    return words.upper()


def _birth_date(cell: Any) -> Any:
    return facts.birth_date(day(cell))


def check(branch: Branch, lines: list[Line]) -> Iterator[Finding]:
    """Numbers and people that are known already, and whatever stands in the file twice."""
    yield from twice(lines, "reference", _("This number stands in row %(line)s too."))
    yield from _taken_references(lines)
    known = _known(branch, lines)
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        person = (line.values["full_name"].casefold(), line.values["phone"])
        if person in known:
            yield Finding(
                line.number,
                "full_name",
                _("Somebody of this name and phone is known already."),
                left_out=True,
            )
        elif person in seen:
            sentence = _("The same name and phone stand in row %(line)s.") % {"line": seen[person]}
            yield Finding(line.number, "full_name", sentence, left_out=True)
        seen.setdefault(person, line.number)


def _taken_references(lines: list[Line]) -> Iterator[Finding]:
    wanted = {line.values.get("reference"): line.number for line in lines if line.values.get("reference")}
    for some in _by(AT_ONCE, list(wanted)):
        for taken in Customer.objects.filter(reference__in=some).values_list("reference", flat=True):
            yield Finding(wanted[taken], "reference", _("This reference number belongs to somebody already."))


def _known(branch: Branch, lines: list[Line]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    everybody = Customer.objects.filter(organisation_id=branch.organisation_id)
    for some in _by(AT_ONCE, sorted({line.values["phone"] for line in lines})):
        rows = everybody.filter(phone__in=some).values_list("full_name", "phone")
        found |= {(name.casefold(), phone) for name, phone in rows}
    return found


def _by(size: int, values: list[Any]) -> Iterator[list[Any]]:
    return (values[first : first + size] for first in range(0, len(values), size))


def write(*, by: User, branch: Branch, lines: list[Line], told: Callable[[int], None]) -> None:
    people = [
        {name: value for name, value in line.values.items() if value not in ("", None)} for line in lines
    ]
    domain.take_in(by=by, branch=branch, people=people, told=told)
