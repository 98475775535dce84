"""What can be put on a bill: the treatments, packages and products that match what is typed."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.models import Appointment
from billing import queries
from billing.models import Invoice
from billing.wares import Consultation, Sold
from clinic import prices
from clinic.permissions import Permission
from inventory.models import Item
from packages.models import Plan, Treatment
from staff.models import User

ENOUGH = 6  # of one kind
AGAIN = "="  # typed: the last bill once more
MODELS: dict[str, Any] = {"treatment": Treatment, "product": Item}


@dataclass(frozen=True)
class Choice:
    """One thing on the menu. `value` is what the form sends to put it on the bill."""

    value: str
    name: str
    detail: str
    price: Decimal
    is_out: bool = False


def choices(*, user: User, words: str, today: datetime.date, invoice: Invoice | None = None) -> list[Choice]:
    """What matches the typed words: an item whose barcode it is comes first. "=" stands for all of the last bill."""
    words = words.strip()
    if not words:
        return []
    if words == AGAIN:
        return _again(invoice) if invoice else []
    named = Q()
    for word in words.split():
        named &= Q(name__icontains=word)
    items = _priced(Item.objects.visible_to(user).for_sale().with_stock_at(user.branch, today), user, today)
    products = list(items.filter(named | Q(barcode=words) | Q(sku__iexact=words)).order_by("name")[:ENOUGH])
    treatments = _priced(Treatment.objects.visible_to(user).active().filter(named), user, today)[:ENOUGH]
    plans = _priced(_plans(user).active().filter(named), user, today)[:ENOUGH]
    scanned = [item for item in products if item.barcode == words]
    return [
        *map(_product, scanned),
        *(_fee(invoice, words) if invoice else []),
        *(Choice(f"treatment:{it.pk}", it.name, _("Treatment"), it.price_here) for it in treatments),
        *(Choice(f"plan:{it.pk}", it.name, _sessions(it), it.price_here) for it in plans),
        *map(_product, (item for item in products if item not in scanned)),
    ]


def _priced(rows: Any, user: User, today: datetime.date) -> Any:
    """At the price of the branch worked at; nothing is sold where nobody works."""
    return prices.with_price_at(rows, user.branch, today) if user.branch else rows.none()


def _again(invoice: Invoice) -> list[Choice]:
    last = queries.last_issued(invoice)
    if last is None:
        return []
    return [Choice(f"again:{last.pk}", _("All of the last invoice"), str(last), last.total)]


def _fee(invoice: Invoice, words: str) -> list[Choice]:
    """The fee of the visit that the bill is for, under the name of the consultation."""
    visit = invoice.appointment
    name = _("Consultation")
    if visit is None or visit.fee is None or words.casefold() not in name.casefold():
        return []
    return [Choice(f"consultation:{visit.pk}", name, str(visit.practitioner), visit.fee)]


def _sessions(plan: Plan) -> str:
    return _("Package, %(count)s") % {
        "count": ngettext("%(n)s session", "%(n)s sessions", plan.session_count) % {"n": plan.session_count}
    }


def _product(item: Any) -> Choice:
    left = item.in_stock
    detail = _("%(left)s in stock") % {"left": f"{left.normalize():f}"} if left > 0 else _("None in stock")
    return Choice(f"product:{item.pk}", item.name, detail, item.price_here, is_out=left <= 0)


def find(*, user: User, value: str) -> Sold | None:
    """The thing that a choice's `value` names, if this person may see it."""
    kind, _colon, key = value.partition(":")
    try:
        pk = UUID(key)
    except ValueError:
        return None
    if kind == "consultation":
        visits = Appointment.objects.visible_to(user).select_related(
            "treatment__tax_category", "practitioner__resource"
        )
        visit = visits.filter(pk=pk).first()
        return Consultation(visit) if visit else None
    if kind == "plan":
        return _plans(user).select_related("treatment__tax_category").filter(pk=pk).first()
    if kind not in MODELS:
        return None
    return MODELS[kind].objects.visible_to(user).select_related("tax_category").filter(pk=pk).first()


def _plans(user: User) -> Any:
    """The packages that this person may sell."""
    plans = Plan.objects.visible_to(user)
    return plans if user.may(Permission.PACKAGES_ENROL) else plans.none()
