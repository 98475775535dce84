"""Setting up a clinic, and the verbs on people."""

import datetime
from dataclasses import dataclass, field
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import events, gst, locks, versions
from clinic.models import (
    Branch,
    BranchHours,
    Holiday,
    Organisation,
    Registration,
    Resource,
    Series,
    TaxCategory,
    TaxRule,
)
from clinic.refusals import Refusal
from staff.models import Practitioner, Role, RoleHeld, User, WeeklyHours

GST_2_0 = datetime.date(2025, 9, 22)  # from here on the rate of aesthetic procedures is the owner's decision
AestheticReading = Literal["5", "18"]


@dataclass(frozen=True)
class NewClinic:
    """What the first run asks. `aesthetic_rate` is the owner's reading of the law: 5 % without credit, or 18 %."""

    name: str
    address: str
    city: str
    postal_code: str
    state: str
    phone: str
    aesthetic_rate: AestheticReading
    gstin: str = ""
    composition: bool = False
    code: str = "MAIN"
    legal_name: str = ""
    tagline: str = ""
    email: str = ""
    upi_id: str = ""
    opens: datetime.time = datetime.time(9)
    closes: datetime.time = datetime.time(19)
    break_starts: datetime.time | None = datetime.time(13)
    break_ends: datetime.time | None = datetime.time(14)
    weekdays: list[int] = field(default_factory=lambda: list(range(6)))


@transaction.atomic
def set_up_clinic(*, by: User | None, clinic: NewClinic, today: datetime.date) -> Branch:
    """Make the organisation with its registration and first branch, on an empty database; `by` is None then."""
    if Organisation.objects.exists():
        raise Refusal(_("This database already holds a clinic."))
    organisation = Organisation.objects.create(name=clinic.name)
    registration = Registration(
        organisation=organisation,
        scheme=_scheme(clinic),
        gstin=clinic.gstin.strip().upper(),
        state=clinic.state,
        valid_from=gst.financial_year(today).start,
    )
    registration.full_clean()
    registration.save()
    choose_aesthetic_rate(by=by, reading=clinic.aesthetic_rate, decided_by=clinic.name, today=today)
    return open_branch(
        by=by, organisation=organisation, registration=registration, clinic=clinic, today=today
    )


def _scheme(clinic: NewClinic) -> Registration.Scheme:
    if not clinic.gstin:
        return Registration.Scheme.UNREGISTERED
    return Registration.Scheme.COMPOSITION if clinic.composition else Registration.Scheme.REGULAR


@transaction.atomic
def open_branch(
    *,
    by: User | None,
    organisation: Organisation,
    registration: Registration,
    clinic: NewClinic,
    today: datetime.date,
) -> Branch:
    """A branch with its opening hours, this and next year's national holidays, and its number series."""
    branch = Branch(
        organisation=organisation,
        registration=registration,
        code=clinic.code,
        legal_name=clinic.legal_name or clinic.name,
        trade_name=clinic.name,
        tagline=clinic.tagline,
        address=clinic.address,
        city=clinic.city,
        postal_code=clinic.postal_code,
        state=clinic.state,
        phone=clinic.phone,
        email=clinic.email,
        upi_id=clinic.upi_id,
    )
    branch.full_clean()
    branch.save()
    BranchHours.objects.bulk_create(
        BranchHours(
            branch=branch,
            weekday=weekday,
            opens=clinic.opens,
            closes=clinic.closes,
            break_starts=clinic.break_starts,
            break_ends=clinic.break_ends,
        )
        for weekday in clinic.weekdays
    )
    _add_national_holidays(branch, [today.year, today.year + 1])
    _add_series(branch)
    events.record("branch.opened", subject=branch, by=by, branch_id=branch.pk)
    return branch


def _add_national_holidays(branch: Branch, years: list[int]) -> None:
    """The three that every State keeps; the clinic adds its own festivals."""
    import holidays  # only a new branch needs its megabytes

    national = {"Republic Day", "Independence Day", "Gandhi Jayanti"}
    known = holidays.country_holidays("IN", years=years)
    Holiday.objects.bulk_create(
        Holiday(branch=branch, day=day, name=name) for day, name in known.items() if name in national
    )


def _add_series(branch: Branch) -> None:
    """Tax invoices are numbered by the branch's code; the other papers by its first letters and one of their own."""
    stem = branch.code[:3]
    prefixes = {
        Series.Kind.TAX_INVOICE: branch.code,
        Series.Kind.BILL_OF_SUPPLY: stem + "S" if stem + "S" != branch.code else stem + "Y",
        Series.Kind.BILL: stem + "B" if stem + "B" != branch.code else stem + "X",
    }
    Series.objects.bulk_create(
        Series(branch=branch, kind=kind, prefix=prefix) for kind, prefix in prefixes.items()
    )


@transaction.atomic
def choose_aesthetic_rate(
    *, by: User | None, reading: AestheticReading, decided_by: str, today: datetime.date
) -> TaxRule:
    """Record how this clinic taxes aesthetic procedures since 22 September 2025, who decided and when.

    The law can be read as 5 % with input tax credit barred (group 99972, Notification 15/2025) or as 18 % with credit
    (residual rate of 9993); no circular settles it.
    """
    if reading not in ("5", "18"):
        raise Refusal(
            _("Aesthetic procedures are taxed at 5 % or at 18 %; choose one."), field="aesthetic_rate"
        )
    return TaxRule.objects.create(
        category=TaxCategory.objects.get(code="cosmetic_procedure"),
        valid_from=GST_2_0,
        rate=reading,
        credit_barred=reading == "5",
        source="Notification 15/2025-CT(Rate), group 99972"
        if reading == "5"
        else "Residual rate for heading 9993",
        confidence="low",
        confirmed_by=decided_by[:100],
        confirmed_on=today,
    )


@transaction.atomic
def add_person(
    *, by: User | None, username: str, full_name: str, password: str | None, roles: list[str],
    branch: Branch | None, email: str = "", phone: str = "",
) -> User:  # fmt: skip
    """A login that holds `roles` (codes) at `branch`, or at every branch where that is None."""
    person = User(username=username.strip().lower(), full_name=full_name, email=email.lower(), phone=phone)
    person.set_password(password)
    person.full_clean(exclude=["password"])
    person.save()
    for code in roles:
        RoleHeld.objects.create(user=person, role=Role.objects.get(code=code), branch=branch)
    events.record("person.added", subject=person, by=by)
    return person


@transaction.atomic
def set_password(*, by: User, person: User, password: str) -> User:
    """Give somebody a new password; whoever is signed in as them is signed out by it."""
    refuse_lifting(by=by, person=person)
    person.set_password(password)
    person.save(update_fields=["password"])
    events.record("person.password_set", subject=person, by=by)
    return person


def refuse_lifting(*, by: User, person: User) -> None:
    """Who administers people doesn't rise by it: not through an account that may do more than their own."""
    if person.pk != by.pk and not person.granted <= by.granted:
        raise Refusal(
            _(
                "%(name)s may do things that you may not; only somebody who may do them too can change this login."
            )
            % {"name": person.full_name}
        )


def refuse_lifting_role(*, by: User, role: Role, branch: Branch | None) -> None:
    """Nobody hands out a right they don't hold, or at a branch where they hold none."""
    if not {grant.permission for grant in role.grants.all()} <= by.granted:
        raise Refusal(_("The role %(role)s has rights that you don't hold yourself.") % {"role": role.name})
    if not by.is_everywhere and (branch is None or branch not in by.branches):
        raise Refusal(_("You can give roles only at the branches where you hold one."))


def lock_owners(*, by: User) -> None:
    """Two owners who take each other's role at the same moment must not both succeed."""
    Role.objects.select_for_update().filter(code="owner").first()


def require_an_owner(*, by: User) -> None:
    """There is always somebody who may do everything everywhere; called after a change of people or roles."""
    owners = RoleHeld.objects.filter(
        role__code="owner", role__is_active=True, branch=None, user__is_active=True
    )
    if not owners.exists():
        raise Refusal(_("The clinic needs at least one active owner at every branch; this is the last."))


@transaction.atomic
def add_practitioner(
    *, by: User | None, person: User, branch: Branch, title: str = "", speciality: str = "", name: str = "",
    registration_number: str = "",
) -> Practitioner:  # fmt: skip
    """Let a person treat at a branch, during the branch's opening hours until somebody sets others."""
    resource = Resource.objects.create(
        branch=branch, kind=Resource.Kind.PRACTITIONER, name=name or f"{title} {person.full_name}".strip()
    )
    practitioner = Practitioner.objects.create(
        user=person,
        resource=resource,
        title=title,
        speciality=speciality,
        registration_number=registration_number,
    )
    WeeklyHours.objects.bulk_create(
        WeeklyHours(
            practitioner=practitioner,
            weekday=hours.weekday,
            starts=hours.opens,
            ends=hours.closes,
            break_starts=hours.break_starts,
            break_ends=hours.break_ends,
        )
        for hours in branch.hours.all()
    )
    events.record("practitioner.added", subject=practitioner, by=by, branch_id=branch.pk)
    return practitioner


@transaction.atomic
def change_practitioner(*, by: User, practitioner: Practitioner, name: str, is_active: bool) -> Resource:
    """The name on the calendar (empty: title and full name) and whether new bookings are taken; history is kept."""
    locks.lock_resources([practitioner.resource_id])
    resource = Resource.objects.select_for_update().get(pk=practitioner.resource_id)
    resource.name = name or f"{practitioner.title} {practitioner.user.full_name}".strip()
    resource.is_active = is_active
    versions.save(resource, fields=["name", "is_active"], version=resource.version)
    return resource


@transaction.atomic
def note_sign_in(*, by: User) -> None:
    """Leave a trace of who came in; the session's own rows come and go."""
    events.record("person.signed_in", subject=by, by=by, branch_id=by.branch_id)


@transaction.atomic
def note_sign_out(*, by: User) -> None:
    events.record("person.signed_out", subject=by, by=by, branch_id=by.branch_id)
