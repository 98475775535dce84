"""What must be true of stock, each a sentence for `manage.py prove` where it isn't."""

import datetime
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import F, Sum, Window
from django.db.models.functions import Coalesce, Lag
from django.utils.translation import gettext as _

from inventory.models import Adjustment, Balance, Count, CountLine, Movement, Transfer, TransferLine

NOTHING = Decimal(0)


def unkept_balances() -> Iterator[str]:
    """A balance is the sum of its movements, and never below zero."""
    sums = {
        (row["batch"], row["branch"]): row["total"]
        for row in Movement.objects.order_by().values("batch", "branch").annotate(total=Sum("quantity"))
    }
    for balance in Balance.objects.select_related("batch").iterator():
        total = sums.pop((balance.batch_id, balance.branch_id), NOTHING)
        if total != balance.quantity:
            words = {"batch": balance.batch, "held": balance.quantity, "total": total}
            yield _("Batch %(batch)s holds %(held)s, its movements add up to %(total)s.") % words
        if balance.quantity < 0:
            yield _("Batch %(batch)s holds less than nothing.") % {"batch": balance.batch}
    for (batch, branch), total in sums.items():
        sentence = _(
            "Batch %(batch)s at branch %(branch)s has no balance, its movements add up to %(total)s."
        )
        yield sentence % {"batch": batch, "branch": branch, "total": total}


def broken_chains() -> Iterator[str]:
    """Each movement's balance is the one before it plus its quantity; places follow one another without a gap."""
    before = Window(Lag("balance_after", default=NOTHING), partition_by=["batch", "branch"], order_by="place")
    place = Window(Lag("place", default=0), partition_by=["batch", "branch"], order_by="place")
    rows = Movement.objects.order_by().annotate(before=before, place_before=place)
    wrong = rows.exclude(balance_after=F("before") + F("quantity"), place=F("place_before") + 1)
    for row in wrong.values("batch__number", "place", "before", "quantity", "balance_after"):
        sentence = _("Batch %(batch)s, movement %(place)s: %(before)s and %(quantity)s don't make %(after)s.")
        yield sentence % {
            "batch": row["batch__number"], "place": row["place"], "before": row["before"],
            "quantity": row["quantity"], "after": row["balance_after"],
        }  # fmt: skip


def unmade_adjustments() -> Iterator[str]:
    """A correction that was approved has moved exactly what it says."""
    made = Adjustment.objects.filter(status=Adjustment.Status.APPROVED).select_related("batch")
    wrong = made.exclude(
        movement__quantity=F("quantity"), movement__batch=F("batch"), movement__branch=F("branch")
    )
    for adjustment in wrong:
        yield _("The adjustment of batch %(batch)s by %(quantity)s moved something else.") % {
            "batch": adjustment.batch, "quantity": adjustment.quantity,
        }  # fmt: skip


def untied_counts() -> Iterator[str]:
    """An approved count has moved the sum of its differences, batch by batch."""
    moved = _sums("count")
    lines = CountLine.objects.filter(count__status=Count.Status.APPROVED).select_related("count", "batch")
    for line in lines.iterator():
        if moved.pop((line.count_id, line.batch_id), NOTHING) != line.variance:
            yield _("Count %(number)s, batch %(batch)s: the movement isn't the difference.") % {
                "number": line.count.number, "batch": line.batch,
            }  # fmt: skip
    for count, _batch in moved:
        yield _("Something was moved for count %(count)s that its lines don't say.") % {"count": count}


def untied_transfers() -> Iterator[str]:
    """What a transfer moved is what its lines sent, less what arrived or came back."""
    moved = _sums("transfer")
    for line in TransferLine.objects.select_related("transfer", "batch").iterator():
        expected = -line.quantity + (line.received or NOTHING)
        if line.transfer.status == Transfer.Status.CANCELLED:
            expected = NOTHING
        if moved.pop((line.transfer_id, line.batch_id), NOTHING) != expected:
            yield _("Transfer %(number)s, batch %(batch)s: what moved isn't what its line says.") % {
                "number": line.transfer.number, "batch": line.batch,
            }  # fmt: skip
    for transfer, _batch in moved:
        yield _("Something was moved for transfer %(transfer)s that its lines don't say.") % {
            "transfer": transfer
        }


def sold_when_it_must_not() -> Iterator[str]:
    """No sale or use of a batch on or after the day it expired, by the day at the branch."""
    rows = Movement.objects.filter(
        kind__in=[Movement.Kind.SALE, Movement.Kind.CONSUMPTION], batch__expires_on__isnull=False
    ).select_related("batch", "branch")
    for row in rows.filter(
        created_at__date__gte=F("batch__expires_on") - datetime.timedelta(days=1)
    ).iterator():
        if row.batch.has_expired(row.created_at.astimezone(row.branch.zone).date()):
            yield _("Batch %(batch)s left on %(day)s though it had expired.") % {
                "batch": row.batch, "day": row.created_at.date(),
            }  # fmt: skip


def _sums(cause: str) -> dict[tuple[object, object], Decimal]:
    rows = Movement.objects.filter(cause_kind=cause).order_by().values("cause_id", "batch")
    found = rows.annotate(total=Coalesce(Sum("quantity"), NOTHING))
    return {(row["cause_id"], row["batch"]): row["total"] for row in found}
