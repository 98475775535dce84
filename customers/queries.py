"""Reads on customers: the list, and who is already known under a phone number."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, Q, QuerySet

from customers.likeness import alike
from customers.models import Customer
from staff.models import User

ORDERS = {
    "name": (F("full_name"),),
    "visit": (F("standing__last_visit_on"),),
    "packages": (F("standing__active_packages"),),
    "due": (F("standing__due"),),
}

EXPORTED = (
    "reference", "full_name", "phone", "email", "gender", "born_on", "blood_group", "address", "city", "state",
    "postal_code", "gstin", "skin_type", "allergies", "chief_concern", "language",
    "standing__active_packages", "standing__last_visit_on", "standing__due", "is_active",
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


def listed(*, user: User, words: str = "", show: str = "active", sort: str = "name") -> QuerySet[Customer]:
    """The customer list: `show` is active, packages, due or inactive; `sort` a key of ORDERS, "-" first for descending."""
    found = Customer.objects.visible_to(user).filter(is_active=show != "inactive")
    if words:
        found = found.matching(words)
    if show == "packages":
        found = found.filter(standing__active_packages__gt=0)
    if show == "due":
        found = found.filter(standing__due__gt=0)
    return found.select_related("standing").order_by(*_order(sort), "full_name", "pk")


def _order(sort: str) -> list:
    columns = ORDERS.get(sort.removeprefix("-"), ORDERS["name"])
    if sort.startswith("-"):
        return [column.desc(nulls_last=True) for column in columns]
    return [column.asc(nulls_last=True) for column in columns]


def choices(*, user: User, words: str, limit: int = 8) -> list[Customer]:
    """The first few active customers for a picker."""
    found = Customer.objects.visible_to(user).active().matching(words)
    return list(found.only("id", "full_name", "phone", "reference", "allergies")[:limit])
