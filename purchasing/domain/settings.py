"""What a branch decides about buying."""

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clinic import events, versions
from clinic.models import Branch
from clinic.refusals import Refusal, Stale
from purchasing.models import BuyingRules
from staff.models import User

FIELDS = ["approval_limit", "tolerance", "cover_days"]


@transaction.atomic
def change_buying_rules(
    *, by: User, branch: Branch, version: int, approval_limit: Decimal, tolerance: Decimal, cover_days: int
) -> BuyingRules:
    """The limits from now on, in rupees, percent and days; `version` is 0 where the branch had decided nothing."""
    if not 0 <= tolerance <= 100:
        raise Refusal(_("The tolerance is between 0 and 100 percent."), field="tolerance")
    if not 1 <= cover_days <= 365:
        raise Refusal(_("An order lasts from 1 to 365 days."), field="cover_days")
    rules = BuyingRules.of(branch)
    rules.approval_limit, rules.tolerance, rules.cover_days = approval_limit, tolerance, cover_days
    if not rules._state.adding:
        versions.save(rules, fields=FIELDS, version=version)
    else:
        _first(rules)
    events.record("buying_rules.changed", subject=rules, by=by, branch_id=branch.pk)
    return rules


def _first(rules: BuyingRules) -> None:
    try:
        with transaction.atomic():
            rules.save(force_insert=True)
    except IntegrityError:
        raise Stale(_("Somebody else has just decided this; look again.")) from None
