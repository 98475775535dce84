"""Who hears of leave: whoever may approve it at that branch, when it is asked for; the person, when it is decided."""

from clinic import events
from clinic.models import Branch, Event
from notifications import domain
from staff.models import TimeOff

DECIDED = ("approved", "rejected")


def listen() -> None:
    events.subscribe("leave.asked", "alert.leave", asked)
    for verb in (*DECIDED, "taken_back"):
        events.subscribe(f"leave.{verb}", "alert.leave", settled)


def asked(event: Event) -> None:
    """Events may arrive out of order: of leave that has been decided meanwhile nobody needs to hear."""
    leave = TimeOff.objects.leave().pending().filter(pk=event.subject_id).first()
    branch = _branch_of(event)
    if leave and branch:
        domain.raise_leave_asked(leave=leave, branch=branch)


def settled(event: Event) -> None:
    leave = TimeOff.objects.leave().filter(pk=event.subject_id).first()
    branch = _branch_of(event)
    if leave and branch and event.by_id:
        domain.settle_leave(leave=leave, branch=branch, by_id=event.by_id)


def _branch_of(event: Event) -> Branch | None:
    return Branch.objects.filter(pk=event.branch_id).first() if event.branch_id else None
