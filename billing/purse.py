"""Stored value under the hands of a verb: which lots there are, held until the transaction ends, and what is spent of each.

What expires first is spent first. Store credit and points belong to a customer at a branch; a gift card to whoever
knows its code, at every branch of the organisation.
"""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db.models import F, Q, QuerySet, Sum
from django.utils.crypto import get_random_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.models import Invoice, Note, Payment, Refund, StoredValue, StoredValueEntry
from clinic.models import Branch
from clinic.money import rupees
from clinic.refusals import Refusal
from staff.models import User

Kind = StoredValue.Kind
Entry = StoredValueEntry.Kind
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without what is mistaken for something else: 0 O, 1 I L
CODE_LENGTH = 12
ZERO = Decimal("0.00")


def last_day(day: datetime.date, months: int | None) -> datetime.date | None:
    """Until when a lot of that day is good; None for ever."""
    return day + relativedelta(months=months) if months else None


def code_typed(text: str) -> str:
    """A gift card's code without what people put between its characters."""
    return "".join(letter for letter in text.upper() if letter.isalnum())[:16]


def new_code() -> str:
    return get_random_string(CODE_LENGTH, ALPHABET)


def usable(today: datetime.date) -> Q:
    return Q(balance__gt=0) & (Q(expires_on__isnull=True) | Q(expires_on__gte=today))


def lots(customer_id: UUID, branch: Branch, kind: str, today: datetime.date) -> QuerySet[StoredValue]:
    """What a customer can spend of one kind, in the order of spending."""
    mine = StoredValue.objects.filter(usable(today), customer_id=customer_id, branch=branch, kind=kind)
    return mine.order_by(F("expires_on").asc(nulls_last=True), "id")


def balance(customer_id: UUID, branch: Branch, kind: str, today: datetime.date) -> Decimal:
    found = lots(customer_id, branch, kind, today).order_by().aggregate(sum=Sum("balance"))["sum"]
    return found or ZERO


def card(code: str, branch: Branch) -> StoredValue | None:
    """The gift card with that code, sold at whatever branch of the organisation."""
    cards = StoredValue.objects.filter(
        kind=Kind.GIFT_CARD, branch__organisation_id=branch.organisation_id, code=code_typed(code)
    )
    return cards.first() if code_typed(code) else None


def held(rows: QuerySet[StoredValue]) -> list[StoredValue]:
    """The lots, locked by ascending id and read anew, in the order of spending."""
    ids = list(rows.values_list("pk", flat=True))
    found = StoredValue.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    never = datetime.date.max
    return sorted(found, key=lambda lot: (lot.expires_on or never, lot.pk))


class Purse:
    """What the payments of one receipt take from store credit and gift cards; its lots are locked on the way."""

    def __init__(self, customer_id: UUID, branch: Branch, today: datetime.date) -> None:
        self.customer_id, self.branch, self.today = customer_id, branch, today
        self.left: dict[UUID, Decimal] = {}
        self.lots: dict[tuple[str, str], list[StoredValue]] = {}

    def hold(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Lock all that will be spent, in one go: pairs of kind and code."""
        places = sorted({(kind, code_typed(code) if kind == Kind.GIFT_CARD else "") for kind, code in wanted})
        rows = StoredValue.objects.none()
        for kind, code in places:
            rows |= self._rows(kind, code)
        found = held(rows) if places else []
        for kind, code in places:
            self.lots[kind, code] = [lot for lot in found if lot.kind == kind and code in ("", lot.code)]
        self.left = {lot.pk: lot.balance for lot in found}

    def _rows(self, kind: str, code: str) -> QuerySet[StoredValue]:
        if kind == Kind.STORE_CREDIT:
            return StoredValue.objects.filter(
                customer_id=self.customer_id, branch=self.branch, kind=kind, balance__gt=0
            )
        return StoredValue.objects.filter(
            kind=kind, code=code, branch__organisation_id=self.branch.organisation_id
        ).exclude(code="")

    def plan(self, kind: str, code: str, amount: Decimal, field: str) -> list[tuple[StoredValue, Decimal]]:
        """From which lots the amount comes. Refuses more than there is, and what has expired."""
        known = self.lots.get((kind, code_typed(code) if kind == Kind.GIFT_CARD else ""), [])
        if kind == Kind.GIFT_CARD:
            check_card(known[0] if known else None, self.today, field=f"{field}:code")
        good = [lot for lot in known if lot.expires_on is None or lot.expires_on >= self.today]
        left, parts = amount, []
        for lot in good:
            part = min(left, self.left[lot.pk])
            if part > 0:
                self.left[lot.pk] -= part
                left -= part
                parts.append((lot, part))
        if left:
            there = rupees(amount - left)
            sentence = (
                _("Only %(there)s is left on this gift card.")
                if kind == Kind.GIFT_CARD
                else _("Only %(there)s of store credit is left.")
            )
            raise Refusal(sentence % {"there": there}, field=f"{field}:amount")
        return parts


def check_card(found: StoredValue | None, today: datetime.date, *, field: str = "code") -> StoredValue:
    """Refuse a code that no card has, and a card that has expired or is empty."""
    if found is None:
        raise Refusal(_("There is no gift card with this code. Type it as it is printed."), field=field)
    if found.expires_on and found.expires_on < today:
        sentence = _("This gift card expired on %(day)s.")
        raise Refusal(sentence % {"day": date_format(found.expires_on, "j M Y")}, field=field)
    if found.balance <= 0:
        raise Refusal(_("This gift card is used up."), field=field)
    return found


def enter(
    lot: StoredValue, kind: str, amount: Decimal, *, by: User | None, on: datetime.date,
    payment: Payment | None = None, refund: Refund | None = None, invoice: Invoice | None = None, note: Note | None = None,
) -> StoredValueEntry:  # fmt: skip
    """Write one entry; a trigger adds it to the balance."""
    return StoredValueEntry.objects.create(
        value=lot, kind=kind, amount=amount, on=on, payment=payment, refund=refund, invoice=invoice, note=note, by=by
    )  # fmt: skip


def spend(
    found: list[StoredValue], amount: Decimal, kind: str, *, by: User | None, on: datetime.date,
    invoice: Invoice | None = None, note: Note | None = None,
) -> Decimal:  # fmt: skip
    """Take up to `amount` from these held lots in their order; what could not be taken is returned."""
    for lot in found:
        part = min(amount, lot.balance)
        if part > 0:
            enter(lot, kind, -part, by=by, on=on, invoice=invoice, note=note)
            amount -= part
    return amount
