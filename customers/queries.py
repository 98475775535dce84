"""Reads on customers: the list, and who is already known under a phone number."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, Q, QuerySet

from clinic import phones
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
    try:
        phone = phones.parse(typed)
    except ValueError:
        return Known()
    if user.branch is None:
        return Known()
    same = Customer.objects.filter(organisation_id=user.branch.organisation_id, phone=phone)
    if without:
        same = same.exclude(pk=without)
    everyone = set(same.values_list("pk", flat=True)[:20])
    here = list(same.visible_to(user)[:5]) if everyone else []
    return Known(here=here, elsewhere=bool(everyone - {customer.pk for customer in here}) and len(here) < 5)


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


def perhaps_the_same(*, user: User, customer: Customer, limit: int = 8) -> list[Customer]:
    """Other records that may be of this person: a phone of theirs, or the same name or birth date with a like name."""
    numbers = [number for number in (customer.phone, customer.second_phone) if number]
    same = Q(phone__in=numbers) | Q(second_phone__in=numbers) | Q(full_name__iexact=customer.full_name)
    if customer.born_on:
        same |= Q(born_on=customer.born_on, full_name__istartswith=customer.first_name)
    found = Customer.objects.visible_to(user).filter(same, merged_into=None, erased_at=None)
    return list(found.exclude(pk=customer.pk).order_by("full_name", "pk")[:limit])
