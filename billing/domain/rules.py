"""What a branch decides about billing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.models import BillingRules
from clinic import events, versions
from clinic.models import Branch
from clinic.refusals import Refusal, Stale
from staff.models import User

RULES = [
    "payment_days", "backdate_days", "estimate_days", "takes_tips", "credit_months", "gift_card_months",
    "points_per_hundred", "point_value", "least_points", "points_months", "link_days",
]  # fmt: skip


@transaction.atomic
def change_billing_rules(*, by: User, branch: Branch, version: int, **rules: Any) -> BillingRules:
    """The rules (names as in `RULES`) from now on; `version` is 0 where the branch had decided nothing."""
    found = BillingRules.of(branch)
    for name in RULES:
        if name in rules:
            setattr(found, name, rules[name])
    try:
        found.full_clean(validate_unique=False)
    except ValidationError as fault:
        name, sentences = next(iter(fault.message_dict.items()))
        raise Refusal(sentences[0], field=name if name in RULES else None) from None
    if found._state.adding:
        _first(found)
    else:
        versions.save(found, fields=RULES, version=version)
    events.record("billing_rules.changed", subject=found, by=by, branch_id=branch.pk)
    return found


def _first(rules: BillingRules) -> None:
    try:
        with transaction.atomic():
            rules.save(force_insert=True)
    except IntegrityError:
        raise Stale(_("Somebody else has just decided this; look again.")) from None
