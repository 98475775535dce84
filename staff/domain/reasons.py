"""The reasons that a house suggests."""

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import events
from clinic.models import Organisation, Reason
from clinic.refusals import Refusal
from staff.models import User

USUAL = {
    Reason.Purpose.CANCEL: ["Unwell", "Travelling", "Wants another day", "Practitioner is off", "No answer"],
    Reason.Purpose.PRIORITY: ["In pain", "Reaction after a treatment", "Elderly", "Came from far"],
    Reason.Purpose.WAIVE: ["A regular guest", "Our mistake", "Illness"],
    Reason.Purpose.DISCOUNT: ["A regular guest", "Introductory offer", "Staff and family"],
    Reason.Purpose.ABSENCE: ["Leave", "Conference", "Unwell"],
}


def suggest_usual(*, by: User | None, organisation: Organisation) -> list[Reason]:
    """What a new house begins with."""
    rows = [
        Reason(organisation=organisation, purpose=purpose, text=text)
        for purpose, texts in USUAL.items()
        for text in texts
    ]
    return Reason.objects.bulk_create(rows)


@transaction.atomic
def add_reason(*, by: User, organisation: Organisation, purpose: str, text: str) -> Reason:
    text = " ".join(text.split())
    if not text:
        raise Refusal(_("Write the reason."), field="text")
    if Reason.objects.filter(organisation=organisation, purpose=purpose, text__iexact=text).exists():
        raise Refusal(_("That reason is in the list already."), field="text")
    reason = Reason.objects.create(organisation=organisation, purpose=purpose, text=text)
    events.record("reason.added", subject=reason, by=by, branch_id=by.branch_id)
    return reason


@transaction.atomic
def remove_reason(*, by: User, reason: Reason) -> Reason:
    """No longer suggested; where it was chosen before it stays written."""
    events.record("reason.removed", subject=reason, by=by, branch_id=by.branch_id)
    reason.delete()
    return reason
