"""One answer to what a thing costs at a branch on a day: what is billed, quoted, listed and booked all read it here."""

import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.models import Branch
from clinic.models.prices import BranchPrice
from clinic.refusals import Refusal


def price_at(thing: Any, branch: Branch, day: datetime.date) -> Decimal | None:
    """The branch's own price valid on a local day, else the house's; None for what is not for sale.

    Rows that `with_price_at` read carry it already.
    """
    if "price_here" in thing.__dict__:
        return thing.price_here
    if thing.price is None:
        return None
    own = thing.branch_prices.filter(branch=branch).valid_on(day).values_list("price", flat=True).first()
    return thing.price if own is None else own


def with_price_at(rows: QuerySet, branch: Branch, day: datetime.date) -> QuerySet:
    """Adds `price_here`, so that a list asks once. A thing the house doesn't sell has no price anywhere."""
    table = rows.model._meta.get_field("branch_prices")
    own = table.related_model.objects.filter(**{table.field.name: OuterRef("pk")}, branch=branch).valid_on(
        day
    )
    return rows.annotate(price_here=Coalesce(Subquery(own.values("price")[:1]), F("price")))


def rows_of(thing: Any, branch: Branch) -> list[BranchPrice]:
    """The branch's own prices of a thing, the latest first."""
    return list(thing.branch_prices.filter(branch=branch).order_by("-valid_from"))


def write(thing: Any, *, branch: Branch, price: Decimal | None, valid_from: datetime.date) -> Any:
    """The row of that start, made or changed. Days that have passed stay as they were billed; for the verbs."""
    if valid_from < timezone.localdate(timezone=branch.zone):
        raise Refusal(_("A price begins today or later."), field="valid_from")
    if price is not None and thing.price is None:
        raise Refusal(_("%(thing)s is not for sale.") % {"thing": thing}, field="price")
    mrp = getattr(thing, "mrp", None)
    if price is not None and mrp is not None and thing.price_includes_tax and price > mrp:
        raise Refusal(_("The price is above the MRP."), field="price")
    made, _is_new = thing.branch_prices.update_or_create(
        branch=branch, valid_from=valid_from, defaults={"price": price}
    )
    return made
