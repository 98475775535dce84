"""Orders to suppliers and the life they have."""

from decimal import ROUND_UP, Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable, Row, SeriesYear
from clinic.privacy import Privacy
from inventory.models import Supplier

from .lines import Amounts, Bought, amounts_agree

if TYPE_CHECKING:
    from staff.models import User


class OrderQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "OrderQuerySet":
        return self.filter(branch=user.branch)

    def outstanding(self) -> "OrderQuerySet":
        """Approved, with goods still to come."""
        return self.filter(status__in=Order.OUTSTANDING)

    def matching(self, typed: str) -> "OrderQuerySet":
        return self.filter(Q(number__icontains=typed) | Q(supplier__name__icontains=typed))


class Order(Editable, Amounts):
    """What is asked of one supplier. A draft may change; its number is taken when it is first submitted."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        PARTIALLY_RECEIVED = "partially_received", _("Partly received")
        RECEIVED = "received", _("Received")
        CANCELLED = "cancelled", _("Cancelled")

    #: verb -> (from which states, to which state); drives the guard, the buttons and the diagram in the docs.
    #: Receiving leads to `received` once nothing is outstanding; an order below the limit is approved by submitting.
    TRANSITIONS: dict[str, tuple[frozenset[str], str]] = {
        "edit": (frozenset({"draft"}), "draft"),
        "submit": (frozenset({"draft"}), "submitted"),
        "send_back": (frozenset({"submitted"}), "draft"),
        "approve": (frozenset({"submitted"}), "approved"),
        "receive": (frozenset({"approved", "partially_received"}), "partially_received"),
        "close": (frozenset({"partially_received"}), "received"),
        "cancel": (frozenset({"draft", "submitted", "approved"}), "cancelled"),
    }
    OUTSTANDING = frozenset({"approved", "partially_received"})

    branch = models.ForeignKey(Branch, models.PROTECT)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="orders", verbose_name=_("supplier"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    number = models.CharField(_("number"), max_length=16, blank=True)
    series_year = models.ForeignKey(SeriesYear, models.PROTECT, null=True, related_name="+")
    ordered_on = models.DateField(_("date"), null=True)
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    note = models.CharField(_("note to the supplier"), max_length=300, blank=True)
    written_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    objects = OrderQuerySet.as_manager()
    privacy = Privacy(path=None, retention="tax", columns=("note",))

    class Meta:
        verbose_name = _("purchase order")
        ordering = ["-id"]
        indexes = [models.Index(name="order_by_branch", fields=["branch", "status", "-id"])]
        constraints = [
            models.UniqueConstraint(
                name="order_number_once", fields=["series_year", "number"], condition=~Q(number="")
            ),
            models.CheckConstraint(
                name="order_beyond_draft_is_numbered",
                condition=Q(status__in=["draft", "cancelled"])
                | ~Q(number="")
                & Q(ordered_on__isnull=False, submitted_by__isnull=False, submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="order_approver_is_paired",
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            amounts_agree("order_amounts_agree"),
        ]

    def __str__(self) -> str:
        return self.number or str(_("Draft order"))

    def get_absolute_url(self) -> str:
        return reverse("order-detail", args=[self.pk])

    def can(self, verb: str) -> bool:
        """Whether the state allows `verb`; who may is a matter of permission."""
        return self.status in self.TRANSITIONS[verb][0]


class OrderLine(Bought):
    """Asked for `quantity`; of it `received` base units are in stock."""

    deletable = True

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3)
    received = models.DecimalField(max_digits=12, decimal_places=3, default=0)

    class Meta:
        verbose_name = _("line of an order")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="orderline_once_per_item", fields=["order", "item"]),
            models.CheckConstraint(
                name="orderline_in_range",
                condition=Q(quantity__gt=0, price__gte=0, unit_size__gte=1, received__gte=0)
                & Q(tax_rate__gte=0, tax_rate__lte=40),
            ),
            amounts_agree("orderline_amounts_agree"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.quantity:f}"

    @property
    def base_quantity(self) -> Decimal:
        return self.quantity * self.unit_size

    @property
    def outstanding(self) -> Decimal:
        """Base units still to come."""
        return max(self.base_quantity - self.received, Decimal(0))

    @property
    def outstanding_units(self) -> Decimal:
        """In what `quantity` counts; of packs the whole ones that are needed."""
        units = self.outstanding / self.unit_size
        return units.to_integral_value(ROUND_UP) if self.in_packs else units

    @property
    def received_units(self) -> Decimal:
        """In what `quantity` counts."""
        return self.received / self.unit_size

    @classmethod
    def on_order(cls, branch: Branch) -> Subquery:
        """Base units of an item (the query's row) still to come to the branch; nothing where none are."""
        rows = cls.objects.filter(
            order__branch=branch, order__status__in=Order.OUTSTANDING, item=OuterRef("pk"),
            received__lt=F("quantity") * F("unit_size"),
        ).order_by()  # fmt: skip
        left = Sum(F("quantity") * F("unit_size") - F("received"))
        return Subquery(rows.values("item").annotate(left=left).values("left"))


class OrderStep(Row):
    """One step in the life of an order, written by the verb that took it."""

    append_only = True

    order = models.ForeignKey(Order, models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=12)
    status = models.CharField(_("status"), max_length=20, choices=Order.Status)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    privacy = Privacy(path=None, retention="tax", columns=("note",))

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.verb}: {self.status}"
