"""The ledger of a package: what was sold, used, given up, and what was paid; and how a session was proven."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Row
from clinic.privacy import Privacy

from .enrolments import Enrolment, Session


class Entry(Row):
    """One change of a package, for good: `sessions` more or fewer to come, and their value `amount` in rupees before tax.

    `days` is how much longer it is valid, `money` what was paid of its value (before tax; below zero: given back). `on`
    is the branch's local day. The cause is kept as values: upper apps own what they point to. `by` is empty for a job.
    """

    # What `packages.queries.ledger` adds to a row.
    left: int
    owed: Decimal

    class Kind(models.TextChoices):
        SOLD = "sold", _("Sold")
        USED = "used", _("Session used")
        UNDONE = "undone", _("Session taken back")
        EXTENDED = "extended", _("Validity extended")
        FROZEN = "frozen", _("Frozen")
        UNFROZEN = "unfrozen", _("Unfrozen")
        TRANSFERRED_OUT = "transferred_out", _("Given to another customer")
        TRANSFERRED_IN = "transferred_in", _("Taken over from another customer")
        EXCHANGED_OUT = "exchanged_out", _("Exchanged for another package")
        EXCHANGED_IN = "exchanged_in", _("Taken in exchange")
        RETURNED = "returned", _("Given back")
        PAID = "paid", _("Paid")
        REFUNDED = "refunded", _("Refunded")
        LAPSED = "lapsed", _("Lapsed")

    #: What a package begins with: the sessions bought.
    BOUGHT = (Kind.SOLD, Kind.TRANSFERRED_IN, Kind.EXCHANGED_IN)

    append_only = True
    #: The figures are nobody's name and stay; a reason may name somebody, and no law asks to keep it.
    privacy = Privacy(path="enrolment__customer", retention="clinical", columns=("reason",))

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="entries")
    kind = models.CharField(_("what"), max_length=15, choices=Kind)
    on = models.DateField(_("day"))
    session = models.ForeignKey(Session, models.PROTECT, null=True, related_name="entries")
    sessions = models.SmallIntegerField(_("sessions"), default=0)
    amount = models.DecimalField(_("value, ₹"), max_digits=12, decimal_places=2, default=0)
    money = models.DecimalField(_("paid, ₹"), max_digits=12, decimal_places=2, default=0)
    days = models.SmallIntegerField(_("days"), default=0)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    cause_kind = models.CharField(max_length=30, blank=True)
    cause_id = models.UUIDField(null=True)
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["id"]
        indexes = [models.Index(name="entry_by_day", fields=["enrolment", "on"])]
        constraints = [
            models.CheckConstraint(
                name="entry_sign_fits_kind",
                condition=Q(kind__in=["sold", "transferred_in", "exchanged_in"], sessions__gt=0, amount__gte=0)
                | Q(kind="used", sessions=-1, amount__lte=0)
                | Q(kind="undone", sessions=1, amount__gte=0)
                | Q(kind__in=["transferred_out", "exchanged_out", "returned", "lapsed"], sessions__lt=0, amount__lte=0)
                | Q(kind="extended", sessions__gte=0, amount__gte=0, days__gt=0)
                | Q(kind__in=["frozen", "unfrozen", "paid", "refunded"], sessions=0, amount=0),
            ),
            models.CheckConstraint(
                name="entry_names_its_session",
                condition=Q(kind__in=["used", "undone"], session__isnull=False)
                | (~Q(kind__in=["used", "undone"]) & Q(session__isnull=True)),
            ),
            models.CheckConstraint(
                name="entry_money_fits_kind",
                condition=Q(kind__in=["paid", "transferred_in", "exchanged_in"], money__gte=0)
                | Q(kind__in=["refunded", "transferred_out", "exchanged_out"], money__lte=0)
                | Q(money=0),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sessions:+}"


class Tally(models.Model):
    """What the entries of a package add up to. A trigger keeps it; nothing in it ever falls below zero.

    `unlocked` is how many of its sessions may be used: all, unless it is paid in instalments. `owed` is the value of the
    sessions remaining, `earned` of those used, `paid` what was paid; rupees before tax.
    """

    enrolment = models.OneToOneField(Enrolment, models.PROTECT, primary_key=True, related_name="tally")
    used = models.SmallIntegerField(default=0)
    remaining = models.SmallIntegerField(default=0)
    unlocked = models.SmallIntegerField(default=0)
    owed = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    earned = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    paid = models.DecimalField(max_digits=12, decimal_places=2, default=0)

    kept_by_trigger = True
    append_only = False
    deletable = False
    privacy = None

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tally_never_below_zero",
                condition=Q(used__gte=0, remaining__gte=0, owed__gte=0, earned__gte=0, paid__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.used}, {self.remaining}"


class SessionCode(Row):
    """A code sent to prove a session. It is derived from the row's id and the installation's secret, never stored."""

    privacy = Privacy(path="session__enrolment__customer", retention="clinical")

    session = models.ForeignKey(Session, models.PROTECT, related_name="codes")
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="sessioncode_five_attempts", condition=Q(attempts__lte=5)),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}"


class SessionProof(Row):
    """That a customer confirmed a session on a day: by a code sent to their phone, or by their signature (a PNG)."""

    append_only = True
    privacy = Privacy(
        path="session__enrolment__customer", retention="clinical", columns=("signature", "signed_by")
    )

    session = models.ForeignKey(Session, models.PROTECT, related_name="proofs")
    on = models.DateField(_("day"))
    code = models.OneToOneField(SessionCode, models.PROTECT, null=True)
    signature = models.BinaryField(_("signature"), null=True)
    signed_by = models.CharField(_("signed by"), max_length=100, blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("proof of a session")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="sessionproof_one_way",
                condition=Q(code__isnull=False, signature__isnull=True)
                | (Q(code__isnull=True, signature__isnull=False) & ~Q(signed_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}"
