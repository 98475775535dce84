"""Another price at one branch."""

import datetime
from decimal import Decimal

from django.db import transaction

from clinic import events, prices
from clinic.models import Branch
from packages.models import Plan, PlanPrice, Treatment, TreatmentPrice
from staff.models import User


@transaction.atomic
def set_price(
    *, by: User, thing: Treatment | Plan, branch: Branch, price: Decimal | None, valid_from: datetime.date
) -> TreatmentPrice | PlanPrice:
    """What a treatment or a package costs at the branch from a day on, today at the earliest; None is the house's price again."""
    locked = type(thing).objects.select_for_update(no_key=True).get(pk=thing.pk)
    made = prices.write(locked, branch=branch, price=price, valid_from=valid_from)
    events.record("price.set", subject=locked, by=by, branch_id=branch.pk)
    return made
