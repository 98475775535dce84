"""The open drawer that money of a cashier goes into; one is opened with the first payment of the day."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from billing.models import Drawer
from clinic.models import Branch
from staff.models import User


def of(cashier: User, branch: Branch) -> Drawer:
    """The cashier's open drawer at the branch, locked until the transaction ends, so that nobody closes it meanwhile.

    Locks come in this order: customer, invoice, stored value, drawer, number series.
    """
    found = Drawer.objects.select_for_update(no_key=True).filter(branch=branch, cashier=cashier)
    open_one = found.filter(status=Drawer.Status.OPEN).first()
    if open_one:
        return open_one
    before = Drawer.objects.filter(branch=branch, cashier=cashier).order_by("-opened_at").first()
    try:
        with transaction.atomic():
            return Drawer.objects.create(
                branch=branch,
                cashier=cashier,
                opened_at=timezone.now(),
                opening_float=before.left_in if before else 0,
            )
    except IntegrityError:  # opened by another request of the same person
        return found.get(status=Drawer.Status.OPEN)
