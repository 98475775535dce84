"""The demo clinic, its people, and the logins that the sign-in page shows in demo mode."""

import datetime
from typing import Any, TypedDict

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Holiday, Organisation
from clinic.registries import add_demo
from staff import domain
from staff.models import Practitioner, SignInRules, User


class DemoLogin(TypedDict):
    who: Any  # translated when shown
    username: str
    password: str
    pin: str


DEMO_LOGINS: list[DemoLogin] = [
    {"who": _("Owner"), "username": "owner", "password": "demo-owner", "pin": "739164"},
    {"who": _("Doctor"), "username": "doctor", "password": "demo-doctor", "pin": "264835"},
    {"who": _("Receptionist"), "username": "receptionist", "password": "demo-desk", "pin": "482913"},
]
PASSWORDS = {login["username"]: login["password"] for login in DEMO_LOGINS}

MAIN, SECOND = "LCB", "LCI"  # codes of the two branches
TAGLINE = "Skin · Hair · Laser"
FOOTER = "Thank you for choosing Linqs Cosmetology Clinic!\nThis is a computer-generated invoice."


def load(today: datetime.date) -> None:
    main = domain.set_up_clinic(by=None, clinic=_main(), today=today - datetime.timedelta(days=120))
    owner = _person("owner", "Reena Sharma", ["owner"], None, "+919000000001")
    second = domain.open_branch(
        by=owner,
        organisation=main.organisation,
        registration=main.registration,
        clinic=_second(),
        today=today,
    )
    Organisation.objects.update(is_demo=True)
    Branch.objects.update(invoice_footer=FOOTER, website="https://linqs.example")
    Holiday.objects.filter(day=today).delete()  # a demo that is closed today shows nothing
    _people(owner, main, second)
    _pins(owner)
    _employ(owner, main, second, today)


def _pins(owner: User) -> None:
    """Each of the demo's logins can change over at a desk where it has signed in once."""
    domain.change_sign_in_rules(by=owner, rules=SignInRules.of(owner), version=1, allows_pin=True)
    for login in DEMO_LOGINS:
        domain.set_pin(by=User.objects.get(username=login["username"]), pin=login["pin"])


def _main() -> domain.NewClinic:
    return domain.NewClinic(
        name="Linqs Cosmetology Clinic",
        tagline=TAGLINE,
        address="14-B, MG Road",
        city="Bengaluru",
        postal_code="560001",
        state="29",
        phone="+919000005555",
        email="desk@linqs.example",
        gstin="29AABCL1234A1Z4",
        aesthetic_rate="18",
        code=MAIN,
        upi_id="linqs@demo",
        weekdays=list(range(7)),
    )


def _second() -> domain.NewClinic:
    return domain.NewClinic(
        name="Linqs Indiranagar",
        legal_name="Linqs Cosmetology Clinic",
        tagline=TAGLINE,
        address="100 Feet Road, Indiranagar",
        city="Bengaluru",
        postal_code="560038",
        state="29",
        phone="+919000006666",
        aesthetic_rate="18",
        code=SECOND,
        upi_id="linqs@demo",
        weekdays=list(range(7)),
    )


def _people(owner: User, main: Branch, second: Branch) -> None:
    vivek = _person("doctor", "Vivek Kapoor", ["doctor"], main, "+919000000002")
    _person("receptionist", "Meena Joshi", ["receptionist"], main, "+919000000003")
    asha = _person("asha", "Asha Thomas", ["therapist"], main, "+919000000004")
    ritu = _person("ritu", "Ritu Pillai", ["therapist"], main, "+919000000005")
    imran = _person("imran", "Imran Sheikh", ["doctor"], second, "+919000000006")
    _person("farida", "Farida Bano", ["receptionist"], second, "+919000000007")
    skin = [_treats(owner, main, "Dr.", "Dermatology"), _treats(asha, main, "", "Facials")]
    laser = _treats(vivek, main, "Dr.", "Laser")
    _treats(imran, second, "Dr.", "Dermatology")
    domain.open_department(
        by=owner, branch=main, name="Dermatology", code="DERM", head=skin[0], members=skin,
        description="Skin, peels, injectables",
    )  # fmt: skip
    domain.open_department(
        by=owner, branch=main, name="Hair and laser", code="HAIR", head=laser, members=[laser], position=2
    )
    left = _treats(ritu, main, "", "Facials")
    left.resource.is_active = ritu.is_active = False
    left.resource.save(update_fields=["is_active"])
    ritu.save(update_fields=["is_active"])


def _employ(owner: User, main: Branch, second: Branch, today: datetime.date) -> None:
    """Numbers and records of all who work here, and leave that waits to be decided."""
    records = {
        "owner": ("Owner, dermatologist", "MD Dermatology", 2009),
        "doctor": ("Laser physician", "MBBS, DDVL", 2014),
        "receptionist": ("Front desk", "", None),
        "asha": ("Senior therapist", "Diploma in cosmetology", 2016),
        "imran": ("Dermatologist", "MD Dermatology", 2012),
        "farida": ("Front desk", "", None),
    }
    people = {person.username: person for person in User.objects.filter(username__in=records)}
    for name, (position, qualification, since) in records.items():
        branch = second if name in ("imran", "farida") else main
        domain.employ(
            by=owner, person=people[name], branch=branch, on=today - datetime.timedelta(days=110), position=position,
            qualification=qualification, practising_since=since,
        )  # fmt: skip
    day = today + datetime.timedelta(days=33)
    domain.ask_for_leave(
        by=people["asha"],
        branch=main,
        first_day=day,
        last_day=day + datetime.timedelta(days=2),
        reason="Sister's wedding",
    )


def _person(username: str, full_name: str, roles: list[str], branch: Branch | None, phone: str) -> User:
    return domain.add_person(
        by=None,
        username=username,
        full_name=full_name,
        password=PASSWORDS.get(username),
        roles=roles,
        branch=branch,
        email=f"{username}@linqs.example",
        phone=phone,
    )


def _treats(person: User, branch: Branch, title: str, speciality: str) -> Practitioner:
    return domain.add_practitioner(by=None, person=person, branch=branch, title=title, speciality=speciality)


def register() -> None:
    add_demo(10, gettext_lazy("Clinic and people"), load)
