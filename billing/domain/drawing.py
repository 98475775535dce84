"""The drawer of a cashier: opened, money put in and paid out beside sales, counted blind, handed over, verified."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import drawers
from billing.models import CashMovement, Drawer, Payment
from clinic import events, versions
from clinic.models import Branch
from clinic.money import rupees
from clinic.permissions import Permission
from clinic.refusals import Refusal, Stale
from staff.models import Practitioner, User

OUT = {CashMovement.Kind.PETTY_CASH, CashMovement.Kind.BANK, CashMovement.Kind.TIPS}


@transaction.atomic
def open_drawer(*, by: User, branch: Branch, opening_float: Decimal) -> Drawer:
    """Begin a drawer with the cash counted into it, in rupees. One that is open already is refused."""
    if Drawer.objects.filter(branch=branch, cashier=by, status=Drawer.Status.OPEN).exists():
        raise Refusal(_("Your drawer is open already."))
    if opening_float < 0:
        raise Refusal(_("The cash in the drawer can't be below zero."), field="opening_float")
    drawer = Drawer.objects.create(
        branch=branch, cashier=by, opened_at=timezone.now(), opening_float=opening_float
    )
    events.record("drawer.opened", subject=drawer, by=by, branch_id=branch.pk)
    return drawer


@transaction.atomic
def move_cash(
    *,
    by: User,
    branch: Branch,
    kind: CashMovement.Kind | str,
    amount: Decimal,
    reason: str,
    practitioner: Practitioner | None = None,
) -> CashMovement:
    """Put cash into one's own drawer or pay it out, for something that is neither a payment nor a refund.

    `amount` is in rupees above zero for what is named by its kind (petty cash and bank go out, change comes in);
    "other" goes out below zero. What isn't in the drawer can't be paid out.
    """
    drawer = drawers.of(by, branch)
    signed = -amount if kind in OUT else amount
    if not amount or (kind != CashMovement.Kind.OTHER and amount < 0):
        raise Refusal(_("Enter an amount above zero."), field="amount")
    if not reason.strip():
        raise Refusal(_("Say what it is for."), field="reason")
    inside = drawers.expected(drawer)[Payment.Mode.CASH]
    if inside + signed < 0:
        raise Refusal(_("There is only %(cash)s in the drawer.") % {"cash": rupees(inside)}, field="amount")
    movement = CashMovement.objects.create(
        drawer=drawer, kind=kind, amount=signed, reason=reason.strip(), practitioner=practitioner, by=by
    )
    events.record("drawer.cash_moved", subject=drawer, by=by, branch_id=branch.pk, kind=str(kind))
    return movement


@transaction.atomic
def close_drawer(
    *,
    by: User,
    drawer: Drawer,
    version: int,
    counted: Mapping[int, int],
    declared: Mapping[str, Decimal],
    left_in: Decimal = Decimal(0),
    handed_to: User | None = None,
    remark: str = "",
) -> Drawer:
    """Count a drawer and close it. `counted` is how many notes and coins by paise of their worth, `declared` rupees by
    mode beside cash; `left_in` stays as change for the next. What should be there is worked out under the lock, so
    that no payment comes between. Refused while something of the cashier is open.
    """
    drawer = _hold(drawer, version)
    if drawer.status != Drawer.Status.OPEN:
        raise Stale(_("This drawer is closed already."))
    if drawer.cashier_id != by.pk and not by.may(Permission.DRAWERS_VERIFY):
        raise Refusal(_("A drawer is counted by its cashier, or by somebody who may verify drawers."))
    if open_items := drawers.open_items(drawer):
        raise Refusal(_("First settle what is open: %(items)s.") % {"items": "; ".join(open_items)})
    cash = sum((Decimal(worth) * count for worth, count in counted.items()), Decimal(0)) / 100
    if not 0 <= left_in <= cash:
        raise Refusal(_("Only what was counted can stay in the drawer."), field="left_in")
    expected = drawers.expected(drawer)
    found = {**{mode: Decimal(0) for mode in expected}, **declared, Payment.Mode.CASH: cash}
    difference = sum((found[mode] - expected.get(mode, Decimal(0)) for mode in found), Decimal(0))
    uneven = any(found[mode] != expected.get(mode, Decimal(0)) for mode in found)
    if uneven and not remark.strip():
        raise Refusal(
            _("What you counted is not what came in. Count again, or say why below."), field="remark"
        )
    drawer.counted = {str(worth): count for worth, count in counted.items() if count}
    drawer.declared, drawer.expected = _texts(found), _texts(expected)
    drawer.difference, drawer.left_in = difference, left_in
    drawer.handed_to, drawer.remark = handed_to, remark.strip()
    drawer.status, drawer.closed_at, drawer.closed_by = Drawer.Status.CLOSED, timezone.now(), by
    fields = ["counted", "declared", "expected", "difference", "left_in", "handed_to", "remark", "status", "closed_at", "closed_by"]  # fmt: skip
    versions.save(drawer, fields=fields, version=version)
    events.record("drawer.closed", subject=drawer, by=by, branch_id=drawer.branch_id)
    return drawer


@transaction.atomic
def verify_drawer(*, by: User, drawer: Drawer, version: int, answer: str = "") -> Drawer:
    """Somebody else looks at a closed drawer and agrees; a difference wants a remark of theirs too."""
    drawer = _hold(drawer, version)
    if drawer.status != Drawer.Status.CLOSED:
        raise Stale(_("Only a closed drawer is verified, and once."))
    if by.pk in (drawer.cashier_id, drawer.closed_by_id):
        raise Refusal(_("Somebody else than who counted it has to verify a drawer."))
    if drawer.declared != drawer.expected and not answer.strip():
        raise Refusal(_("Say what becomes of the difference."), field="answer")
    drawer.status, drawer.verified_at = Drawer.Status.VERIFIED, timezone.now()
    drawer.verified_by, drawer.answer = by, answer.strip()
    versions.save(drawer, fields=["status", "verified_at", "verified_by", "answer"], version=version)
    events.record("drawer.verified", subject=drawer, by=by, branch_id=drawer.branch_id)
    return drawer


def _hold(drawer: Drawer, version: int) -> Drawer:
    """The drawer, locked against payments until the transaction ends."""
    found = (
        Drawer.objects.select_for_update(of=("self",)).select_related("branch", "cashier").get(pk=drawer.pk)
    )
    if found.version != version:
        raise Stale(_("This drawer has changed since you opened the page. Load it again."))
    return found


def _texts(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {str(mode): f"{amount:.2f}" for mode, amount in amounts.items()}
