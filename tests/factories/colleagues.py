"""People who work here, their roles, leave and cards, for the walks over addresses and forms."""

import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from clinic.models import Branch, Holiday
from staff import domain as staff
from staff.models import Practitioner, Role, TimeOff, User
from tests import factories


def own_role(*permissions: str, name: str = "House", cap: Any = None) -> Role:
    role = Role.objects.create(code=name.lower().replace(" ", "-"), name=name, discount_cap=cap)
    for each in permissions:
        role.grants.create(permission=each)
    return role


def employee(at: Branch, *roles: str, full_name: str = "Kiran Rao", **more: Any) -> User:
    who = factories.person(at, *roles, full_name=full_name)
    staff.employ(by=None, person=who, branch=at, on=timezone.localdate(), **more)
    return who


def open_day(at: Branch, days_ahead: int) -> datetime.date:
    """So many days ahead, and no holiday, whatever the calendar says."""
    day = timezone.localdate(timezone=at.zone) + datetime.timedelta(days=days_ahead)
    Holiday.objects.filter(branch=at, day=day).delete()
    return day


def leave(at: Branch, who: User, *, days_ahead: int = 100, reason: str = "Wedding") -> TimeOff:
    """Asked for by `who`, for one day on which the house is open."""
    day = open_day(at, days_ahead)
    return staff.ask_for_leave(by=who, branch=at, first_day=day, last_day=day, reason=reason)


def one_of_each(at: Branch, *, by: User, doctor: Practitioner, name: str) -> dict[str, UUID]:
    """Ids by the first word of the URLs that take them."""
    owner = User.objects.get(username="owner")
    who = doctor.user
    staff.employ(by=None, person=who, branch=at, on=timezone.localdate(), about=f"About {name}")
    card = staff.issue_staff_card(by=owner, person=who, branch=at)
    return {
        "person": who.pk,
        "role": own_role("customers.view", name=f"House role {Role.objects.count()}").pk,
        "roleheld": who.roles_held.get().pk,
        "leave": leave(at, who, reason=f"Of {name}").pk,
        "staffcard": card.pk,
        "posting": who.postings.get().pk,
    }


def forms(on: Any) -> list[Any]:
    """As the owner sends them."""
    from tests.factories.forms import _form
    from tests.factories.pictures import upload

    at, owner = on.branch, User.objects.get(username="owner")
    today = timezone.localdate(timezone=at.zone)
    who = employee(at, "therapist", full_name="Kiran Rao")
    login = factories.person(at, "receptionist", full_name="Lata Only")
    off = factories.person(at, "nurse", full_name="Nima Off")
    staff.deactivate_person(by=owner, person=off)
    role, other = own_role("customers.view", name="Helper", cap=5), own_role(name="Other", cap=5)
    Role.objects.filter(code="nurse").update(discount_cap=5)  # forms of bills cap what the owner may give
    held = staff.give_role(by=owner, person=who, role=other, branch=at)
    card = staff.issue_staff_card(by=owner, person=who, branch=at)
    posting = staff.post(by=owner, person=login, branch=at, valid_from=today)
    asked, refused = leave(at, who), leave(at, who, days_ahead=130)
    mine = leave(at, owner, days_ahead=110)
    day = open_day(at, 120)
    who.employee.refresh_from_db()
    record = {
        "full_name": "Kiran S. Rao", "email": "kiran@example.com", "phone": "98765 43211", "position": "Senior",
        "qualification": "Diploma", "registration_authority": "", "practising_since": "2011", "about": "Lasers",
        "joined_on": today, "left_on": "", "language": "hi", "time_zone": "Asia/Kolkata", "blood_group": "B+",
        "emergency_name": "Ravi Rao", "emergency_phone": "98765 43212",
    }  # fmt: skip
    return [
        _form(
            "person-new", key=True, full_name="Nita Dsouza", username="nita", email="nita@example.com",
            phone="98765 43213", position="Nurse", on=today, role=Role.objects.get(code="nurse").pk,
        ),
        _form("practitioner-fees", on.doctor.pk, key=True, kind="consultation", amount="650", valid_from=day),
        _form("person-edit", who.pk, version=who.employee.version, login_version=who.version, **record),
        _form("person-employ", login.pk, key=True),
        _form("person-set-portrait", who.pk, photo=upload(), without=""),
        _form("person-post", who.pk, key=True, branch=at.pk, department="", valid_from="2020-01-01", valid_to="2020-12-31"),
        _form("posting-end", posting.pk, last_day=today),
        _form("person-give-role", who.pk, key=True, role=role.pk, where=at.pk),
        _form("roleheld-take", held.pk),
        _form("person-issue-card", who.pk, key=True),
        _form("staffcard-revoke", card.pk, reason="Lost"),
        _form("person-deactivate", login.pk),
        _form("person-activate", off.pk),
        _form("role-new", key=True, name="Night desk", description="Nights", like=role.pk),
        _form("role-edit", role.pk, name="Helper", description="Helps", discount_cap="5", version=role.version, permissions="customers.view", requires_second_factor=""),
        _form("role-switch", role.pk, to="off"),
        _form("leave-ask", key=True, first_day=day, last_day=day, part="full_day", reason="Wedding"),
        _form("leave-approve", asked.pk, comment="Enjoy", emergency=""),
        _form("leave-reject", refused.pk, comment="Camp that week", emergency=""),
        _form("leave-take-back", mine.pk),
    ]  # fmt: skip
