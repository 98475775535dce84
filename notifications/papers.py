"""Telling customers of their bills, receipts and notes, each with a link that opens the paper; and of what is due.

A person sends each of them, from the paper's page or from the messages to send. WhatsApp opens with the text filled in;
mail and SMS leave through our servers where there are any (`leaving`), otherwise by the person's own programs.
"""

import datetime
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from billing import links, printed
from billing.models import BillingRules, Invoice
from clinic import money, phones
from clinic.models import Branch
from clinic.refusals import Refusal
from notifications import domain, leaving, texts, writing
from notifications.models import Message, channels_of
from notifications.words import words_of
from staff.models import User

Kind = Message.Kind
#: What is said of each kind of paper.
SAID: dict[str, tuple[Message.Kind, Callable[[texts.Bill], str]]] = {
    "invoice": (Kind.BILL, texts.bill),
    "estimate": (Kind.BILL, texts.bill),
    "receipt": (Kind.RECEIPT, texts.receipt),
    "refund": (Kind.RECEIPT, texts.bill),
    "note": (Kind.NOTE, texts.note),
}
AT_MOST = 3  # reminders of one bill that are queued by themselves
WORTH_TELLING = timedelta(days=7)


@transaction.atomic
def send(*, by: User, document: Any, channel: str, remind: bool = False) -> Message:
    """Tell the customer of a paper by a channel; with `remind`, of what is due on it. The same message all day.

    Where a server of ours sends it, it is on its way; otherwise it counts as sent, because its program opens.
    """
    if not channels_of(document.branch):
        raise Refusal(
            _("This branch sends no messages; an administrator can switch them on in the settings.")
        )
    if remind and not _is_owed(document):
        raise Refusal(_("Nothing is due on this bill."))
    message = _written(document, SAID[printed.name_of(document)], remind=remind)
    writing.insert([message])
    message = Message.objects.select_related("branch", "customer").get(key=message.key)
    if message.leaves_by_itself.get(channel):
        return leaving.start(by=by, message=message, channel=channel)
    return domain.mark_sent(by=by, message=message, channel=channel)


def _is_owed(document: Any) -> bool:
    return isinstance(document, Invoice) and document.is_issued and document.due > 0


def _written(
    document: Any,
    said: tuple[Message.Kind, Callable[[texts.Bill], str]],
    *,
    remind: bool,
    bodies: Any = None,
    today: datetime.date | None = None,
) -> Message:
    kind, text = (Kind.DUE, texts.due) if remind else said
    branch, customer = document.branch, document.customer
    today = today or timezone.localdate(timezone=branch.zone)
    until = links.last_day(document)
    name = printed.name_of(document)
    due = document.due if _is_owed(document) else Decimal(0)
    with translation.override(customer.language):
        facts = texts.Bill(
            name=customer.first_name, clinic=branch.trade_name, phone=phones.shown(branch.phone),
            title=printed.title(document, customer.language), number=document.number, day=document.issued_on,
            amount=money.rupees(getattr(document, "total", None) or document.amount),
            due=money.rupees(due) if due else "", link=links.url(document, until), until=until,
        )  # fmt: skip
    return Message(
        branch=branch, customer=customer, kind=kind, document=name, document_id=document.pk,
        key=f"paper:{name}:{document.pk}:{kind}:{today:%Y%m%d}:{due}", phone=customer.phone,
        body=writing.in_language_of(customer, text, facts, words_of(branch) if bodies is None else bodies),
        send_from=today, send_until=min(today + WORTH_TELLING, until),
    )  # fmt: skip


def remind_of_dues(*, today: datetime.date | None = None) -> list[Message]:
    """What each branch that wants it queues: a reminder of every bill that is due since so many days. Jobs act alone."""
    made: list[Message] = []
    for branch in Branch.objects.filter(is_active=True, reminds_of_dues=True):
        if channels_of(branch):
            made += _remind(branch, today or timezone.localdate(timezone=branch.zone))
    return made


@transaction.atomic
def _remind(branch: Branch, today: datetime.date) -> list[Message]:
    """Locked, so that a payment under way is either seen here or withdraws afterwards what is written here."""
    latest = today - timedelta(days=branch.dues_reminder_days)
    issued_by = latest - timedelta(days=BillingRules.of(branch).payment_days)
    overdue = Q(due_on__lte=latest) | Q(due_on__isnull=True, issued_on__lte=issued_by)
    rows = Invoice.objects.printable().unpaid().filter(overdue, branch=branch)
    invoices = list(
        rows.select_related("branch", "customer").select_for_update(of=["self"], no_key=True).order_by("id")
    )
    told = _told([invoice.pk for invoice in invoices])
    bodies = words_of(branch)
    wanted = [
        _written(invoice, SAID["invoice"], remind=True, bodies=bodies, today=today)
        for invoice in invoices
        if invoice.customer.is_active and _is_time(told.get(invoice.pk), latest)
    ]
    return writing.insert(wanted)


def _told(keys: list[UUID]) -> dict[UUID, tuple[int, datetime.date]]:
    """How many reminders each bill has had, and the day of the last one."""
    rows = Message.objects.filter(document="invoice", document_id__in=keys, kind=Kind.DUE).values(
        "document_id"
    )
    counted = rows.annotate(times=Count("pk"), last=Max("send_from"))
    return {
        key: (times, last) for key, times, last in counted.values_list("document_id", "times", "last") if key
    }


def _is_time(told: tuple[int, datetime.date] | None, latest: datetime.date) -> bool:
    return told is None or (told[0] < AT_MOST and told[1] <= latest)


@transaction.atomic
def withdraw_reminders(*, invoice_id: UUID | str) -> int:
    """Take back what waits to be said of a bill on which nothing is due any more. Returns how many."""
    invoice = Invoice.objects.filter(pk=invoice_id).first()
    if invoice is None or _is_owed(invoice):
        return 0
    waiting = Message.objects.filter(document_id=invoice.pk, kind=Kind.DUE, status=Message.Status.WAITING)
    return waiting.update(status=Message.Status.WITHDRAWN)
