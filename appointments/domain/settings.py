"""What a branch decides about its calendar."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from appointments.models import BookingRules
from clinic import events, locks, versions
from clinic.models import Branch, Resource
from clinic.refusals import Refusal, Stale
from staff import domain as staff
from staff.models import User

OF_BRANCH = ("allows_walk_ins", "allows_emergencies", "consultation_fee")


@transaction.atomic
def change_booking_rules(
    *, by: User, branch: Branch, version: int, branch_version: int, **fields: Any
) -> BookingRules:
    """Write `fields` (columns of BookingRules, and those of Branch in `OF_BRANCH`) if nobody has saved since.

    `version` is that of the rules, 0 where the branch had decided nothing. Bookings read the rules under these locks.
    """
    locks.lock_resources(Resource.objects.filter(branch=branch).values_list("pk", flat=True))
    rules = BookingRules.of(branch)
    ours = {name: value for name, value in fields.items() if name not in OF_BRANCH}
    for name, value in ours.items():
        setattr(rules, name, value)
    try:
        rules.clean_fields(exclude=["branch"])
    except ValidationError as problem:
        field, sentences = next(iter(problem.message_dict.items()))
        raise Refusal(sentences[0], field=field) from None
    _save(rules, list(ours), version)
    staff.change_branch(
        by=by,
        branch=branch,
        version=branch_version,
        **{name: fields[name] for name in OF_BRANCH if name in fields},
    )
    events.record("booking_rules.changed", subject=rules, by=by, branch_id=branch.pk)
    return rules


def _save(rules: BookingRules, fields: list[str], version: int) -> None:
    if not rules._state.adding:
        versions.save(rules, fields=fields, version=version)
        return
    try:
        with transaction.atomic():
            rules.save(force_insert=True)
    except IntegrityError:
        raise Stale(_("Somebody else has just decided this; look again.")) from None
