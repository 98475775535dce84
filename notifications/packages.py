"""Who hears of a package's progress: the customer, through the outbox; the code of a session goes to their phone."""

from django.utils import timezone, translation

from clinic import events
from clinic.gateways import sms
from clinic.models import Event
from notifications import domain, texts
from notifications.models import Message
from packages.codes import code_of
from packages.models import Enrolment, Entry, SessionCode


def listen() -> None:
    events.subscribe("session.completed", "message.session", completed)
    events.subscribe("session.completed", "alert.low_stock", used_up)
    events.subscribe("session.undone", "message.session_withdrawn", undone)
    events.subscribe("session.code_asked", "sms.code", code_asked)


def completed(event: Event) -> None:
    """Tells what remains, unless the session was taken back since; with one left, a second message offers to go on."""
    enrolment = (
        Enrolment.objects.select_related("branch", "customer").filter(pk=event.data["enrolment_id"]).first()
    )
    since = Entry.objects.filter(
        session=event.subject_id, kind=Entry.Kind.UNDONE, created_at__gt=event.created_at
    )
    if enrolment is None or since.exists():
        return
    number, remaining = event.data["number"], event.data["remaining"]
    told = {"enrolment": enrolment, "number": number, "remaining": remaining}
    domain.tell_of_progress(kind=Message.Kind.SESSION, text=texts.session, **told)
    if remaining == 1:
        domain.tell_of_progress(kind=Message.Kind.NEARLY_DONE, text=texts.nearly_done, **told)


def used_up(event: Event) -> None:
    """What a session without a visit took from stock; a visit tells of its own."""
    domain.raise_low_stock_after(cause_kind="session", cause_id=event.subject_id)


def undone(event: Event) -> None:
    domain.withdraw_session(enrolment_id=event.data["enrolment_id"], number=event.data["number"])


def code_asked(event: Event) -> None:
    """While the code is still good: sent once, tried again for as long as the gateway doesn't take it."""
    rows = SessionCode.objects.select_related("session__enrolment__customer", "session__enrolment__branch")
    code = rows.filter(pk=event.subject_id, used_at=None, expires_at__gt=timezone.now()).first()
    if code is None or not sms.is_configured():
        return
    enrolment = code.session.enrolment
    with translation.override(enrolment.customer.language):
        text = texts.session_code(
            texts.Asked(
                code=code_of(code.pk), package=enrolment.plan_name, number=code.session.number,
                clinic=enrolment.branch.trade_name,
            )
        )  # fmt: skip
    sms.send(enrolment.customer.phone, text)
