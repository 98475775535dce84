"""The first run in the browser, step by step; it can be left and taken up again."""

import datetime
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from clinic import registries
from clinic.models import Branch, BranchHours, Organisation
from clinic.refusals import Refusal
from staff.domain.branches import change_branch, set_hours
from staff.domain.clinics import NewClinic, set_up_clinic
from staff.domain.employees import employ
from staff.domain.people import add_person
from staff.domain.practitioners import add_practitioner
from staff.models import Employee, Practitioner, User, WeeklyHours
from staff.presets import PRESETS

SETUP_LOCK = 0x5E7  # two who set up one empty database: the second finds it done


@dataclass(frozen=True)
class Owner:
    """Who runs the clinic."""

    full_name: str
    username: str
    password: str
    email: str = ""


@transaction.atomic
def begin_setup(*, by: None, clinic: NewClinic, owner: Owner, today: datetime.date) -> User:
    """The clinic, its first branch and its owner, on an empty database; the other steps follow."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SETUP_LOCK])
    if User.objects.exists():
        raise Refusal(_("This clinic has been set up already; sign in."))
    branch = set_up_clinic(by=None, clinic=clinic, today=today)
    person = add_person(
        by=None, username=owner.username, full_name=owner.full_name, password=owner.password, roles=["owner"],
        branch=None, email=owner.email,
    )  # fmt: skip
    _step(branch.organisation, registries.setup_steps()[0].name)
    return person


@transaction.atomic
def choose_preset(*, by: User, branch: Branch, preset: str) -> Branch:
    """Fill in what a house of that kind usually decides; each of it is shown and can be changed in the steps after."""
    usual = PRESETS[preset]
    organisation = Organisation.objects.select_for_update().get(pk=branch.organisation_id)
    organisation.preset = preset
    organisation.save(update_fields=["preset"])
    branch = change_branch(
        by=by, branch=branch, version=branch.version, slot_minutes=usual.slot_minutes,
        allows_emergencies=usual.takes_emergencies,
    )  # fmt: skip
    hours = [
        BranchHours(
            weekday=weekday, opens=usual.opens, closes=usual.closes, break_starts=usual.break_starts,
            break_ends=usual.break_ends,
        )
        for weekday in usual.weekdays
    ]  # fmt: skip
    set_hours(by=by, branch=branch, version=branch.version, hours=hours)
    return branch


@transaction.atomic
def take_on(*, by: User, branch: Branch, full_name: str, role: str, mode: str = "slot") -> User:
    """Somebody who works here. Who treats gets a column in the calendar, with the branch's hours, given out by `mode`.

    They sign in once an administrator has given them a password. The owner's own name adds no second login.
    """
    name = full_name.removeprefix("Dr.").removeprefix("Dr ").strip()
    if not name:
        raise Refusal(_("Write the name."), field="full_name")
    is_owner = name.casefold() == by.full_name.removeprefix("Dr.").strip().casefold()
    person = by if is_owner else _login(by, branch, name, role)
    if not Employee.objects.filter(user=person).exists():
        employ(by=by, person=person, branch=branch, on=timezone.localdate(timezone=branch.zone))
    if role != "receptionist":
        if Practitioner.objects.filter(user=person, resource__branch=branch).exists():
            raise Refusal(_("%(name)s treats here already.") % {"name": name}, field="full_name")
        title = "Dr." if role == "doctor" else ""
        made = add_practitioner(
            by=by, person=person, branch=branch, title=title, name=f"{title} {name}".strip()
        )
        usual = PRESETS.get(branch.organisation.preset)
        cap = usual.cap if usual and mode != "slot" else None
        WeeklyHours.objects.filter(practitioner=made).update(mode=mode, cap=cap)
    return person


def _login(by: User, branch: Branch, name: str, role: str) -> User:
    stem = slugify(name).replace("-", ".")[:50] or role
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    username = next(each for each in (stem, *(f"{stem}{n}" for n in range(2, 1000))) if each not in taken)
    return add_person(by=by, username=username, full_name=name, password=None, roles=[role], branch=branch)


@transaction.atomic
def go_on_with_setup(*, by: User, organisation: Organisation, after: str) -> str:
    """The address name of the step that follows; with the last one the set-up is finished."""
    steps = registries.setup_steps()
    names = [step.name for step in steps]
    following = steps[names.index(after) + 1 :]
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not following:
        _step(locked, "")
        return "setup-done"
    reached = names.index(locked.setup_step) if locked.setup_step in names else 0
    if names.index(following[0].name) > reached:  # going back to an earlier step takes nothing away
        _step(locked, following[0].name)
    return following[0].url_name


def _step(organisation: Organisation, name: str) -> None:
    organisation.setup_step = name
    organisation.save(update_fields=["setup_step"])
