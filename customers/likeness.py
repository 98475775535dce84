"""Who may be the same person: asked while somebody is registered or changed."""

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Func, Q, Value
from django.utils.translation import gettext as _

from clinic import phones, sealing
from customers import identities
from customers.models import Customer, CustomerQuerySet
from staff.models import User

LOOKED_AT = 20  # of each kind: more than that is no warning but a list


@dataclass
class Match:
    """One person who is alike, and by what. `is_sure`: by more than a name that sounds alike."""

    customer: Customer
    reasons: list[str] = field(default_factory=list)
    is_sure: bool = False

    @property
    def phone_ending(self) -> str:
        return f"•••• {self.customer.phone[-4:]}"


@dataclass(frozen=True)
class Likeness:
    """Those this person may see, the sure ones first, and whether another branch knows somebody too (never who)."""

    here: list[Match] = field(default_factory=list)
    elsewhere: bool = False

    def __bool__(self) -> bool:
        return bool(self.here) or self.elsewhere

    @property
    def is_sure(self) -> bool:
        return self.elsewhere or any(match.is_sure for match in self.here)

    @property
    def token(self) -> str:
        """Stands for exactly these people: who was told of them has not been told of others."""
        told = [str(match.customer.pk) for match in self.here if match.is_sure]
        return hashlib.sha256(",".join([*sorted(told), str(self.elsewhere)]).encode()).hexdigest()[:16]


def alike(
    *,
    user: User,
    phones_typed: Iterable[str] = (),
    name: str = "",
    born_on: datetime.date | None = None,
    identity: tuple[str, str] | None = None,
    without: UUID | None = None,
) -> Likeness:
    """People of the organisation with one of these phones, this national id, or a name that sounds like this one.

    `phones_typed` as typed or E.164; `identity` as (kind, clean number); `without` is the person asked about.
    """
    if user.branch is None:
        return Likeness()
    everybody = (
        Customer.objects.filter(organisation_id=user.branch.organisation_id).kept().exclude(pk=without)
    )
    found: dict[UUID, list[str]] = {}
    named: dict[UUID, list[str]] = {}
    for reason, same in _surely(everybody, _clean(phones_typed), name, born_on, identity):
        for pk in same.values_list("pk", flat=True)[:LOOKED_AT]:
            found.setdefault(pk, []).append(reason)
    if len(name.split()) > 1:
        for pk in everybody.sounding_like(name).values_list("pk", flat=True)[:LOOKED_AT]:
            named.setdefault(pk, []).append(_("similar name"))
    visible = Customer.objects.visible_to(user).filter(pk__in={*found, *named})
    here = [
        Match(one, found.get(one.pk) or named[one.pk], one.pk in found)
        for one in visible.order_by("full_name")
    ]
    here.sort(key=lambda match: not match.is_sure)
    return Likeness(here, bool(set(found) - {match.customer.pk for match in here}))


def _surely(
    everybody: CustomerQuerySet,
    numbers: list[str],
    name: str,
    born_on: datetime.date | None,
    identity: tuple[str, str] | None,
) -> Iterable[tuple[str, CustomerQuerySet]]:
    if numbers:
        yield _("same phone"), everybody.filter(Q(phone__in=numbers) | Q(second_phone__in=numbers))
    if identity and identity[1]:
        known = sealing.indexes(identities.compared(*identity))
        yield _("same national id"), everybody.filter(identity_index__in=known)
    if born_on and name:
        heard = Func(Value(name), function="customers_sounds")
        yield (
            _("similar name and same date of birth"),
            everybody.filter(born_on=born_on, birth_is_estimated=False, name_sounds__overlap=heard),
        )


def _clean(typed: Iterable[str]) -> list[str]:
    numbers = []
    for text in typed:
        try:
            numbers.append(phones.parse(text))
        except ValueError:
            continue
    return numbers
