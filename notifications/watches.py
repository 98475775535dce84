"""What is worth an alert on a day, as unsaved rows: one per subject, with the text a person reads."""

import datetime
import time
from collections.abc import Collection
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.breakdown import percent
from billing.discounts import given
from billing.models import Invoice
from clinic.backups import alarms
from clinic.models import Branch
from clinic.money import rupees
from clinic.templatetags.clinic import one_or_more, quantity
from inventory.models import Balance, Batch, Item
from notifications.models import Alert
from packages.models import Enrolment
from staff.models import TimeOff

BANDS = (30, 60, 90)  # days before expiry; the text names the tightest that a batch has entered
LAPSES_WITHIN = 30  # days
STARTED = time.monotonic()


def low_stock(branch: Branch, today: datetime.date, items: Collection[UUID] | None = None) -> list[Alert]:
    """Items below their reorder level at the branch; of `items` only, where given."""
    found = Item.objects.filter(organisation_id=branch.organisation_id).active().kept_at(branch)
    if items is not None:
        found = found.filter(pk__in=items)
    return [
        _alert(
            branch,
            today,
            Alert.Kind.LOW_STOCK,
            item.pk,
            _("%(item)s: %(count)s left, reorder at %(level)s.")
            % {"item": item.name, "count": quantity(item.in_stock), "level": quantity(item.reorder_level)},
            reverse("item-detail", args=[item.pk]),
        )
        for item in found.with_stock_at(branch, today).under_threshold()
    ]


def expiring(branch: Branch, today: datetime.date) -> list[Alert]:
    """Batches in stock at the branch whose expiry is at most 90 days ahead."""
    here = Balance.objects.filter(branch=branch, quantity__gt=0)
    batches = (
        Batch.objects.usable(today)
        .filter(expires_on__lte=today + datetime.timedelta(days=BANDS[-1]), balances__in=here)
        .select_related("item")
        .prefetch_related(Prefetch("balances", queryset=here, to_attr="here"))
    )
    return [
        _alert(
            branch,
            today,
            Alert.Kind.EXPIRING,
            batch.pk,
            _("%(item)s, batch %(batch)s expires within %(band)s days, on %(day)s: %(count)s left.")
            % {
                "item": batch.item.name,
                "batch": batch.number,
                "band": _band((batch.expires_on - today).days),
                "day": date_format(batch.expires_on, "j M Y"),
                "count": quantity(batch.here[0].quantity),
            },
            reverse("item-detail", args=[batch.item_id]),
        )
        for batch in batches
    ]


def lapsing(branch: Branch, today: datetime.date) -> list[Alert]:
    """Active packages sold at the branch that end within 30 days with sessions left."""
    enrolments = (
        Enrolment.objects.filter(branch=branch)
        .lapsing_within(LAPSES_WITHIN, today)
        .select_related("customer")
        .prefetch_related("sessions")
    )
    alerts = []
    for enrolment in enrolments:
        left = sum(session.status != "completed" for session in enrolment.sessions.all())
        words = {
            "package": enrolment.plan_name,
            "day": date_format(enrolment.valid_until, "j M Y"),
            "count": left,
        }
        text = ngettext(
            "%(package)s lapses on %(day)s with %(count)s session left.",
            "%(package)s lapses on %(day)s with %(count)s sessions left.",
            left,
        )
        url = reverse("enrolment-detail", args=[enrolment.pk])
        alert = _alert(branch, today, Alert.Kind.LAPSING, enrolment.pk, text % words, url)
        alert.customer = enrolment.customer  # named by the page, so that the name is not copied here
        alerts.append(alert)
    return alerts


def discounts_asked(branch: Branch, today: datetime.date) -> list[Alert]:
    """Drafts of the branch whose discount waits for somebody to agree."""
    found = Invoice.objects.discount_asked().filter(branch=branch)
    alerts = []
    for invoice in found.select_related("customer", "discount_asked_by"):
        words = {
            "person": invoice.discount_asked_by,
            "rate": percent(given(invoice)),
            "gross": rupees(invoice.gross),
        }
        text = _("%(person)s asks for a discount of %(rate)s on %(gross)s.") % words
        url = reverse("discount-requests")
        alert = _alert(branch, today, Alert.Kind.DISCOUNT, invoice.pk, text, url)
        alert.customer = invoice.customer
        alerts.append(alert)
    return alerts


def leave_asked(branch: Branch, today: datetime.date) -> list[Alert]:
    """Leave that was asked for at the branch, is still to come and waits for somebody to decide."""
    told = Alert.objects.filter(branch=branch, kind=Alert.Kind.LEAVE).values("subject_id")
    waiting = TimeOff.objects.leave().pending().filter(pk__in=told, last_day__gte=today)
    return [of_leave(branch, today, leave) for leave in waiting]


def of_leave(branch: Branch, today: datetime.date, leave: TimeOff) -> Alert:
    text = ngettext(
        "%(count)s day, %(span)s", "%(count)s days, %(span)s", one_or_more(leave.days or Decimal(0))
    )
    words = {"count": quantity(leave.days), "span": _span(leave)}
    return _alert_of_leave(branch, today, Alert.Kind.LEAVE, leave, text % words)


def of_decision(branch: Branch, today: datetime.date, leave: TimeOff) -> Alert:
    words = {"span": _span(leave)}
    approved = leave.status == TimeOff.Status.APPROVED
    text = _("%(span)s: approved") % words if approved else _("%(span)s: rejected") % words
    return _alert_of_leave(branch, today, Alert.Kind.DECIDED, leave, text)


def _alert_of_leave(
    branch: Branch, today: datetime.date, kind: Alert.Kind, leave: TimeOff, text: str
) -> Alert:
    alert = _alert(branch, today, kind, leave.pk, text, f"{reverse('leave-list')}#leave-{leave.pk}")
    alert.person_id = leave.person_id
    return alert


def _span(leave: TimeOff) -> str:
    last = date_format(leave.last_day, "j M Y")
    if leave.first_day == leave.last_day:
        return last
    return f"{date_format(leave.first_day, 'j M Y')} – {last}"


def backups(branch: Branch, today: datetime.date) -> list[Alert]:
    """What is wrong with the backups of the house, told at every branch; once the worker has been up for a while."""
    awake = datetime.timedelta(seconds=time.monotonic() - STARTED)
    return [
        _alert(
            branch, today, Alert.Kind.BACKUP, uuid5(NAMESPACE_URL, f"backup:{alarm.key}"), alarm.sentence,
            reverse("backup-list"),
        )
        for alarm in alarms.current(awake=awake)
    ]  # fmt: skip


def _band(days: int) -> int:
    return next(band for band in BANDS if days <= band)


def _alert(
    branch: Branch, today: datetime.date, kind: Alert.Kind, subject_id: UUID, text: str, url: str
) -> Alert:  # fmt: skip
    return Alert(branch=branch, raised_on=today, kind=kind, subject_id=subject_id, text=text[:250], url=url)
