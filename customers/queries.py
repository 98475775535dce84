"""Reads on customers: the list, the family of one, and who is already known under a phone number."""

import datetime
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from customers import facts
from customers.likeness import alike
from customers.models import Customer
from staff.models import User

ORDERS = {
    "name": "full_name",
    "visit": "standing__last_visit_on",
    "packages": "standing__active_packages",
    "due": "standing__due",
}
NEVER_LISTED = ("name_words", "name_sounds", "number_parts", "identity_sealed", "identity_index", "notes")

EXPORTED = (
    "reference", "full_name", "phone", "second_phone", "email", "gender", "born_on", "birth_is_estimated",
    "marital_status", "blood_group", "address", "city", "state", "postal_code", "country", "gstin", "skin_type",
    "allergies", "alert", "chief_concern", "chronic_conditions", "emergency_name", "emergency_phone",
    "emergency_relation", "language", "standing__active_packages", "standing__last_visit_on", "standing__due",
    "is_active",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """Who has a phone number already: those this person may see, and whether another branch knows somebody too."""

    here: list[Customer] = field(default_factory=list)
    elsewhere: bool = False

    def __bool__(self) -> bool:
        return bool(self.here) or self.elsewhere


def known_by_phone(*, user: User, typed: str, without: UUID | None = None) -> Known:
    """Other customers with this phone. Of those at other branches only that there is one, never who."""
    found = alike(user=user, phones_typed=[typed], without=without)
    return Known(here=[match.customer for match in found.here[:5]], elsewhere=found.elsewhere)


@dataclass(frozen=True)
class Family:
    """The people around one: `members` of the household without the person, `sharing` their phone but no household.

    Of members and guardian only those this person may see; `hidden` counts the other members.
    """

    members: list[Customer]
    hidden: int
    sharing: list[Customer]
    guardian: Customer | None
    wards: list[Customer]


def family(*, user: User, customer: Customer) -> Family:
    visible = Customer.objects.visible_to(user).kept()
    members, everybody = [], 0
    if customer.household_id:
        others = Customer.objects.filter(household_id=customer.household_id).kept().exclude(pk=customer.pk)
        everybody = others.count()
        members = list(visible.filter(pk__in=others.values("pk")).order_by("full_name"))
    numbers = [number for number in (customer.phone, customer.second_phone) if number]
    same_phone = visible.filter(Q(phone__in=numbers) | Q(second_phone__in=numbers)).exclude(pk=customer.pk)
    sharing = same_phone.exclude(pk__in=[member.pk for member in members]).order_by("full_name")
    return Family(
        members=members,
        hidden=everybody - len(members),
        sharing=list(sharing[:5]),
        guardian=visible.filter(pk=customer.guardian_id).first() if customer.guardian_id else None,
        wards=list(visible.filter(guardian=customer).order_by("full_name")[:20]),
    )


@dataclass(frozen=True)
class Narrowed:
    """What the list is asked for: `show` is active, packages, due or inactive; `home` here or elsewhere; ages in years.

    `sort` is a key of ORDERS, "-" first for descending.
    """

    words: str = ""
    show: str = "active"
    sort: str = "name"
    gender: str = ""
    blood: str = ""
    home: str = ""
    age_from: int | None = None
    age_to: int | None = None
    registered_from: datetime.date | None = None
    registered_to: datetime.date | None = None
    last_visit_before: datetime.date | None = None
    allergies: bool = False

    @property
    def is_plain(self) -> bool:
        return self == Narrowed(sort=self.sort)


def listed(*, user: User, wanted: Narrowed) -> QuerySet[Customer]:
    """The customer list, without the columns that only searching needs."""
    found = Customer.objects.visible_to(user).kept().filter(is_active=wanted.show != "inactive")
    if wanted.words:
        found = found.matching(wanted.words)
    found = found.filter(_standing(wanted), _person(wanted), _registered(user, wanted))
    found = found.filter(standing__isnull=False).select_related("standing")
    return found.defer(*NEVER_LISTED).order_by(*_order(wanted.sort))


def _standing(wanted: Narrowed) -> Q:
    narrow = Q()
    if wanted.show == "packages":
        narrow &= Q(standing__active_packages__gt=0)
    if wanted.show == "due":
        narrow &= Q(standing__due__gt=0)
    if wanted.last_visit_before:
        narrow &= Q(standing__last_visit_on__lt=wanted.last_visit_before)
    return narrow


def _person(wanted: Narrowed) -> Q:
    """An age is reckoned from today in the active time zone: from 30 to 30 is whoever is 30 now."""
    today = timezone.localdate()
    narrow = Q()
    if wanted.gender:
        narrow &= Q(gender=wanted.gender)
    if wanted.blood:
        narrow &= Q(blood_group=wanted.blood)
    if wanted.age_from is not None:
        narrow &= Q(born_on__lte=facts.age_to_birth(wanted.age_from, 0, today))
    if wanted.age_to is not None:
        narrow &= Q(born_on__gt=facts.age_to_birth(wanted.age_to + 1, 0, today))
    if wanted.allergies:
        narrow &= ~Q(allergies="") | ~Q(alert="")
    return narrow


def _registered(user: User, wanted: Narrowed) -> Q:
    """Days are those of the branch worked at."""
    narrow = Q()
    zone = user.branch.zone if user.branch else timezone.get_current_timezone()
    if wanted.home:
        at_home = Q(home_branch=user.branch)
        narrow &= at_home if wanted.home == "here" else ~at_home
    if wanted.registered_from:
        narrow &= Q(
            created_at__gte=datetime.datetime.combine(wanted.registered_from, datetime.time.min, zone)
        )
    if wanted.registered_to and wanted.registered_to < datetime.date.max:
        after = wanted.registered_to + datetime.timedelta(days=1)
        narrow &= Q(created_at__lt=datetime.datetime.combine(after, datetime.time.min, zone))
    return narrow


def _order(sort: str) -> list:
    """As the indexes are: by the id in the end, and who never came stands last either way."""
    name = sort.removeprefix("-") if sort.removeprefix("-") in ORDERS else "name"
    down, key = sort.startswith("-"), "pk" if name == "name" else "standing__customer_id"
    if name == "visit":
        visit = F(ORDERS[name])
        return [visit.desc(nulls_last=True) if down else visit.asc(), f"-{key}" if down else key]
    return [f"-{ORDERS[name]}", f"-{key}"] if down else [ORDERS[name], key]


def choices(*, user: User, words: str, limit: int = 8) -> list[Customer]:
    """The first few active customers for a picker."""
    found = Customer.objects.visible_to(user).active().matching(words)
    return list(found.only("id", "full_name", "phone", "reference", "allergies", "alert", "photo")[:limit])


def perhaps_the_same(*, user: User, customer: Customer, limit: int = 8) -> list[Customer]:
    """Other records that may be of this person, the surest first: a phone of theirs, or a name that sounds alike."""
    found = alike(
        user=user,
        phones_typed=[customer.phone, customer.second_phone],
        name=customer.full_name,
        born_on=None if customer.birth_is_estimated else customer.born_on,
        without=customer.pk,
    )
    return [match.customer for match in found.here[:limit]]


def past_retention(*, user: User, today: datetime.date) -> QuerySet[Customer]:
    """Those at home at the branch worked at whose last visit, or whose registration if they never came, is longer ago
    than the branch keeps records; the longest first."""
    branch = user.branch
    if branch is None:
        return Customer.objects.none()
    last = facts.age_to_birth(branch.retention_years, 0, today)
    registered_before = datetime.datetime.combine(last, datetime.time.min, branch.zone)
    found = Customer.objects.visible_to(user).kept().filter(home_branch=branch, erased_at=None)
    found = found.filter(
        Q(standing__last_visit_on__lt=last) | Q(standing__last_visit_on=None),
        created_at__lt=registered_before,
    )
    ordered = found.select_related("standing").defer(*NEVER_LISTED)
    return ordered.order_by(F("standing__last_visit_on").asc(nulls_first=True), "created_at", "pk")
