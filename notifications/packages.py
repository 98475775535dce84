"""Who hears of a package's progress: the customer, through the outbox."""

from clinic import events
from clinic.models import Event
from notifications import domain, texts
from notifications.models import Message
from packages.models import Enrolment


def listen() -> None:
    events.subscribe("session.completed", "message.session", completed)
    events.subscribe("session.undone", "message.session_withdrawn", undone)


def completed(event: Event) -> None:
    """Tells what remains; with one session left, a second message offers to go on."""
    enrolment = (
        Enrolment.objects.select_related("branch", "customer").filter(pk=event.data["enrolment_id"]).first()
    )
    if enrolment is None:
        return
    number, remaining = event.data["number"], event.data["remaining"]
    told = {"enrolment": enrolment, "number": number, "remaining": remaining}
    domain.tell_of_progress(kind=Message.Kind.SESSION, text=texts.session, **told)
    if remaining == 1:
        domain.tell_of_progress(kind=Message.Kind.NEARLY_DONE, text=texts.nearly_done, **told)


def undone(event: Event) -> None:
    domain.withdraw_session(enrolment_id=event.data["enrolment_id"], number=event.data["number"])
