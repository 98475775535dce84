"""The outbox of messages to customers, and alerts to the people who work here."""

import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment, FollowUp
from clinic.gateways import mail, sms
from clinic.models import Branch, Editable, Row
from clinic.permissions import Permission
from clinic.privacy import Privacy
from packages.models import Session

if TYPE_CHECKING:
    from staff.models import User


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "MessageQuerySet":
        return self.filter(branch=user.branch)

    def of_appointment(self, appointment_id: UUID) -> "MessageQuerySet":
        return self.filter(key__startswith=Message.key_of_appointment(appointment_id))

    def about(self, visit: Appointment) -> "MessageQuerySet":
        """Of the visit, of what is to follow it, and of the package session that it counted."""
        session = Session.objects.filter(appointment_id=visit.pk, status=Session.Status.COMPLETED).first()
        asked = FollowUp.objects.filter(appointment=visit).values_list("pk", flat=True).first()
        keys = Q(key__startswith=Message.key_of_appointment(visit.first_part_id or visit.pk))
        keys |= Q(key__startswith=Message.key_of_appointment(visit.pk))
        if asked:
            keys |= Q(key__startswith=f"follow-up:{asked}:")
        if session:
            of_session = f"enrolment:{session.enrolment_id}:{Message.Kind.SESSION}:{session.number}"
            keys |= Q(key=of_session)
        return self.filter(keys, customer=visit.customer_id)

    def to_send(self, today: datetime.date) -> "MessageQuerySet":
        """Waiting, and neither too early nor pointless."""
        return self.filter(status=Message.Status.WAITING, send_from__lte=today, send_until__gte=today)


class Message(Row):
    """One message to one customer, once: `key` names its occasion. Sent by hand through its WhatsApp link."""

    class Kind(models.TextChoices):
        BOOKED = "booked", _("Appointment booked")
        CONFIRMED = "confirmed", _("Appointment confirmed")
        REMINDER = "reminder", _("Reminder")
        SESSION = "session", _("Session completed")
        NEARLY_DONE = "nearly_done", _("Package nearly done")
        COMPLETED = "completed", _("Visit completed")
        FOLLOW_UP = "follow_up", _("Follow-up due")
        OFFER = "offer", _("A time has become free")
        BILL = "bill", _("Bill")
        RECEIPT = "receipt", _("Receipt")
        NOTE = "note", _("Credit or debit note")
        DUE = "due", _("Reminder of an unpaid bill")

    class Channel(models.TextChoices):
        WHATSAPP = "whatsapp", _("WhatsApp")
        SMS = "sms", _("SMS")
        EMAIL = "email", _("E-mail")

    class Status(models.TextChoices):
        WAITING = "waiting", _("To send")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Could not be sent")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    branch = models.ForeignKey(Branch, models.PROTECT)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="messages")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    key = models.CharField(max_length=120, unique=True)
    phone = models.CharField(max_length=16)
    body = models.TextField()
    send_from = models.DateField()
    send_until = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    channel = models.CharField(_("sent by"), max_length=8, choices=Channel, blank=True)
    # The paper that the message is about: a mail that leaves through our server has it attached.
    document = models.CharField(max_length=10, blank=True)
    document_id = models.UUIDField(null=True)
    # Of what leaves through a server: how often it was tried, when next, and what went wrong last.
    attempts = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    objects = MessageQuerySet.as_manager()
    deletable = True  # by erasure alone
    privacy = Privacy(path="customer", retention="message", columns=("phone", "body"))

    class Meta:
        verbose_name = _("message")
        ordering = ["id"]
        indexes = [
            models.Index(
                name="message_waiting", fields=["branch", "send_from"], condition=Q(status="waiting")
            ),
            models.Index(name="message_leaving", fields=["try_at"], condition=Q(status="sending")),
            models.Index(
                name="message_of_document", fields=["document_id"], condition=Q(document_id__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_sent_pair",
                condition=Q(status="sent", sent_at__isnull=False, sent_by__isnull=False)
                | Q(status__in=["sending", "failed"], sent_at__isnull=True, sent_by__isnull=False)
                | Q(status__in=["waiting", "withdrawn"], sent_at__isnull=True, sent_by__isnull=True),
            ),
            models.CheckConstraint(
                name="message_leaves_at_a_time", condition=~Q(status="sending") | Q(try_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}"

    @staticmethod
    def key_of_appointment(appointment_id: UUID) -> str:
        """What the keys of all messages about one appointment begin with."""
        return f"appointment:{appointment_id}:"

    @property
    def leaves_by_itself(self) -> dict[str, bool]:
        """By channel: whether a server of ours sends it, instead of a person in the program that opens."""
        return {
            self.Channel.EMAIL: bool(self.document) and mail.is_configured(),
            self.Channel.SMS: bool(self.document) and sms.is_configured(),
            self.Channel.WHATSAPP: False,
        }

    @property
    def whatsapp_url(self) -> str:
        """The link that opens a chat with the text filled in; digits only, as wa.me wants them."""
        return f"https://wa.me/{self.phone.removeprefix('+')}?text={quote(self.body, safe='')}"

    @property
    def channels(self) -> list["Message.Channel"]:
        """The ways this message can go: those the branch has on, and e-mail only where there is an address."""
        return [
            channel
            for channel in channels_of(self.branch)
            if channel != self.Channel.EMAIL or self.customer.email
        ]

    def url(self, channel: str) -> str:
        """The link that opens the message in that channel's program, text filled in."""
        body = quote(self.body, safe="")
        if channel == self.Channel.SMS:
            return f"sms:{self.phone}?body={body}"
        if channel == self.Channel.EMAIL:
            subject = quote(self.branch.trade_name, safe="")
            return f"mailto:{quote(self.customer.email, safe='@')}?subject={subject}&body={body}"
        return self.whatsapp_url


def channels_of(branch: Branch) -> list[Message.Channel]:
    """The channels a branch has on; with none, customers are told nothing."""
    switches = {
        Message.Channel.WHATSAPP: branch.sends_whatsapp,
        Message.Channel.SMS: branch.sends_sms,
        Message.Channel.EMAIL: branch.sends_email,
    }
    return [channel for channel, is_on in switches.items() if is_on]


class MessageText(Editable):
    """How a branch words one occasion in one language, in place of the product's own words (`notifications.texts`)."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    occasion = models.CharField(_("occasion"), max_length=20)
    language = models.CharField(_("language"), max_length=10)
    body = models.TextField(_("text"))

    deletable = True

    class Meta:
        verbose_name = _("message text")
        constraints = [
            models.UniqueConstraint(name="messagetext_once", fields=["branch", "occasion", "language"])
        ]

    def __str__(self) -> str:
        return f"{self.occasion} ({self.language})"


class AlertQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "AlertQuerySet":
        """Those of the branch worked at whose subject the person may see, and what is told to them alone, wherever."""
        kinds = [kind for kind, permission in Alert.NEEDS.items() if user.may(permission)]
        of_house = Q(branch=user.branch, kind__in=kinds) & ~Q(kind=Alert.Kind.LEAVE, person=user)
        return self.filter(of_house | Q(kind=Alert.Kind.DECIDED, person=user))

    def unseen(self, today: datetime.date) -> "AlertQuerySet":
        """Today's: what is still so tomorrow is raised again. What is told to one person waits until they have seen it."""
        return self.filter(Q(raised_on=today) | Q(kind=Alert.Kind.DECIDED), seen_at=None)


class Alert(Row):
    """Something a person should look at, raised at most once a day per subject."""

    class Kind(models.TextChoices):
        LOW_STOCK = "low_stock", _("Low stock")
        EXPIRING = "expiring", _("Batch expires")
        LAPSING = "lapsing", _("Package about to lapse")
        DISCOUNT = "discount", _("Discount asked for")
        BACKUP = "backup", _("Backup")
        LEAVE = "leave", _("Leave asked for")
        DECIDED = "decided", _("Your leave is decided")

    NEEDS = {
        Kind.LOW_STOCK: Permission.INVENTORY_VIEW,
        Kind.EXPIRING: Permission.INVENTORY_VIEW,
        Kind.LAPSING: Permission.PACKAGES_VIEW,
        Kind.DISCOUNT: Permission.BILLING_APPROVE,
        Kind.BACKUP: Permission.SETTINGS_CONFIGURE,
        Kind.LEAVE: Permission.LEAVE_APPROVE,
    }  # a decision needs none: it is told to `person` alone

    branch = models.ForeignKey(Branch, models.PROTECT)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    subject_id = models.UUIDField()
    raised_on = models.DateField()
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="+")
    # Who asks for leave, or who is told how it was decided; named by the page, like the customer.
    person = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    text = models.CharField(max_length=250)
    url = models.CharField(max_length=200)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")

    objects = AlertQuerySet.as_manager()
    privacy = Privacy(path="customer", retention="clinical", columns=("text",))

    class Meta:
        verbose_name = _("alert")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="alert_of_leave_has_its_person",
                condition=~Q(kind__in=["leave", "decided"]) | Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                name="alert_once_a_day", fields=["branch", "kind", "subject_id", "raised_on"]
            ),
            models.CheckConstraint(
                name="alert_seen_pair",
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__isnull=False, seen_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text
