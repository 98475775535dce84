"""Messages that leave through our own servers: mail with the paper attached, SMS through the gateway.

Handed over by the worker, tried again with growing pauses, and told as failed after the last. A crash between the
server's yes and our note of it may send one twice: mails carry the same Message-ID then.
"""

import logging
from datetime import timedelta
from smtplib import SMTPException
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from billing import printed
from clinic.gateways import mail, sms
from clinic.refusals import Refusal
from notifications.models import Message
from staff.models import User

logger = logging.getLogger(__name__)
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
Channel, Status = Message.Channel, Message.Status


@transaction.atomic
def start(*, by: User, message: Message, channel: str) -> Message:
    """Put a message on its way through a server of ours; one that has failed or was sent goes once more."""
    message = _locked(message.pk)
    if message.status == Status.WITHDRAWN:
        raise Refusal(_("This message was withdrawn: what it speaks of has changed."))
    if message.status == Status.SENDING:
        return message
    if channel == Channel.EMAIL and not message.customer.email:
        raise Refusal(_("There is no e-mail address for %(name)s.") % {"name": message.customer.full_name})
    message.status, message.channel, message.sent_by = Status.SENDING, Channel(channel), by
    message.sent_at, message.attempts, message.try_at, message.failure = None, 0, timezone.now(), ""
    message.save(update_fields=["status", "channel", "sent_by", "sent_at", "attempts", "try_at", "failure"])
    _offer(message.pk)
    return message


def keep() -> None:
    """Each minute: whatever is due to be tried."""
    due = Message.objects.filter(status=Status.SENDING, try_at__lte=timezone.now())
    for pk in due.order_by("try_at").values_list("pk", flat=True)[:200]:
        go_on(pk)


@transaction.atomic
def go_on(pk: UUID | str) -> None:
    """Hand one message over, once: a second worker that comes meanwhile leaves it alone."""
    rows = Message.objects.select_for_update(of=("self",), skip_locked=True).filter(
        pk=pk, status=Status.SENDING, try_at__lte=timezone.now()
    )
    message = rows.select_related("branch", "customer").first()
    if message is None:
        return
    try:
        _hand_over(message)
    except (OSError, SMTPException, ValueError) as problem:
        logger.warning("Message %s wasn't taken: %s", pk, type(problem).__name__)
        _note_failure(message, problem)
    else:
        message.status, message.sent_at, message.try_at = Status.SENT, timezone.now(), None
    message.save(update_fields=["status", "sent_at", "try_at", "attempts", "failure"])


def _hand_over(message: Message) -> None:
    if message.channel == Channel.SMS:
        sms.send(message.phone, message.body)
        return
    document = printed.find(message.document, message.document_id) if message.document_id else None
    if document is None:
        raise ValueError("its paper is gone")
    name, content = printed.pdf(document)
    with translation.override(message.customer.language):
        title = printed.title(document, message.customer.language)
    mail.send(
        message.customer.email,
        f"{title} {document.number} · {message.branch.trade_name}",
        message.body,
        name=message.branch.trade_name,
        reply_to=message.branch.email,
        key=str(message.pk),
        files=[(name, content, "application/pdf")],
    )


def _note_failure(message: Message, problem: Exception) -> None:
    """What went wrong in plain words; the server's own may hold an address."""
    message.failure = (
        _("The server could not be reached.")
        if isinstance(problem, ConnectionError | TimeoutError)
        else _("The server didn't take it.")
    )
    if message.attempts >= len(PAUSES):
        message.status, message.try_at = Status.FAILED, None
        return
    message.try_at = timezone.now() + PAUSES[message.attempts]
    message.attempts += 1


def _locked(pk: UUID) -> Message:
    rows = Message.objects.select_related("branch", "customer").select_for_update(of=("self",))
    return rows.get(pk=pk)


def _offer(pk: UUID) -> None:
    """To the worker after commit; where it can't be reached, the next beat takes it up."""
    from notifications.tasks import send_message  # the task module imports this one

    def hand() -> None:
        try:
            send_message.apply_async([str(pk)], retry=False)
        except Exception:
            logger.warning("The broker can't be reached; the message waits for the next beat.")

    transaction.on_commit(hand, robust=True)
