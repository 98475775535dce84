"""Items, batches, balances per (batch, branch), and the append-only movements they follow from."""

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext_lazy as _

from clinic import gst, phones
from clinic.models import Branch, Deactivatable, Editable, OfOrganisation, Organisation, Row, TaxCategory
from clinic.privacy import Privacy

if TYPE_CHECKING:
    from staff.models import User


class Supplier(Editable, Deactivatable):
    """Whom we buy from. Without a GSTIN no tax is charged and none can be credited."""

    class Terms(models.TextChoices):
        ADVANCE = "advance", _("Paid in advance")
        COD = "cod", _("On delivery (COD)")
        NET_7 = "net_7", _("Net 7 days")
        NET_15 = "net_15", _("Net 15 days")
        NET_30 = "net_30", _("Net 30 days")
        NET_45 = "net_45", _("Net 45 days")
        NET_60 = "net_60", _("Net 60 days")
        NET_90 = "net_90", _("Net 90 days")

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    name = models.CharField(_("name"), max_length=150)
    contact = models.CharField(_("contact person"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    gstin = models.CharField(_("GSTIN"), max_length=15, blank=True)
    state = models.CharField(
        _("State"), max_length=2, choices=gst.state_choices, blank=True,
        help_text=_("Where goods are sent from; with a GSTIN it is the GSTIN's."),
    )  # fmt: skip
    address = models.CharField(_("address"), max_length=250, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    postal_code = models.CharField(_("PIN code"), max_length=10, blank=True)
    terms = models.CharField(_("terms of payment"), max_length=8, choices=Terms, default=Terms.NET_30)
    lead_days = models.PositiveSmallIntegerField(
        _("days from order to delivery"), default=7, validators=[MaxValueValidator(365)]
    )
    rating = models.PositiveSmallIntegerField(
        _("rating"), null=True, blank=True, choices=[(stars, "★" * stars) for stars in range(5, 0, -1)]
    )

    objects = OfOrganisation.as_manager()
    privacy = Privacy(
        path=None, retention="tax", columns=("contact", "phone", "email", "address", "city", "postal_code")
    )

    class Meta:
        verbose_name = _("supplier")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="supplier_figures_in_range",
                condition=Q(lead_days__lte=365) & (Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5)),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        errors = {}
        try:
            self.phone = phones.parse(self.phone) if self.phone else ""
        except ValueError as problem:
            errors["phone"] = str(problem)
        try:
            self._read_gstin()
        except ValueError as problem:
            errors["gstin"] = str(problem)
        if errors:
            raise ValidationError(errors)

    def _read_gstin(self) -> None:
        """Normalise it and take the State from it; ValueError for one that can't be an ordinary taxpayer's."""
        if self.gstin:
            checked = gst.check_gstin(self.gstin, kinds=[gst.GstinKind.REGULAR])
            self.gstin, self.state = checked.normalized, checked.state_code


class ItemQuerySet(OfOrganisation):
    def named(self, typed: str) -> "ItemQuerySet":
        """The whole name, SKU or barcode."""
        return self.filter(Q(name__iexact=typed) | Q(sku__iexact=typed) | Q(barcode=typed))

    def matching(self, typed: str) -> "ItemQuerySet":
        """Any part of the name, the whole of a barcode, SKU or batch number."""
        batch = Batch.objects.filter(item=OuterRef("pk"), number__iexact=typed)
        return self.filter(Q(name__icontains=typed) | Q(barcode=typed) | Q(sku__iexact=typed) | Exists(batch))

    def with_stock_at(self, branch: Branch | None, today: datetime.date) -> "ItemQuerySet":
        """Adds `in_stock`, the quantity at the branch that may still be used or sold today, and `first_expiry`.

        Subqueries, not joins: nothing that is filtered or joined later can count a balance twice.
        """
        usable = _usable_balances(branch, today)
        total = usable.order_by().values("batch__item").annotate(total=Sum("quantity")).values("total")
        return self.annotate(
            in_stock=Coalesce(Subquery(total), Decimal(0), output_field=models.DecimalField()),
            first_expiry=Subquery(usable.values("batch__expires_on")[:1]),
        )

    def with_first_batch_at(self, branch: Branch | None, today: datetime.date) -> "ItemQuerySet":
        """Adds `first_batch`, the number and supplier of what leaves next, and `expired`, what must be put away."""
        first = _usable_balances(branch, today).values(
            first=JSONObject(number="batch__number", supplier="batch__supplier__name")
        )
        expired = Balance.objects.filter(
            branch=branch, batch__item=OuterRef("pk"), batch__expires_on__lte=today
        ).values("batch__item")
        return self.annotate(
            first_batch=Subquery(first[:1]),
            expired=Coalesce(
                Subquery(expired.annotate(total=Sum("quantity")).values("total")),
                Decimal(0),
                output_field=models.DecimalField(),
            ),
        )

    def kept_at(self, branch: Branch) -> "ItemQuerySet":
        """Those that the branch has or once had: an item only others keep isn't low there."""
        return self.filter(pk__in=Batch.objects.filter(balances__branch=branch).values("item_id"))

    def under_threshold(self) -> "ItemQuerySet":
        """After `with_stock_at`: what has fallen below its reorder level."""
        return self.filter(in_stock__lt=F("reorder_level"))


def _usable_balances(branch: Branch | None, today: datetime.date) -> "models.QuerySet[Balance]":
    """What lies at the branch of the outer item and may leave today, first expiry first."""
    return (
        Balance.objects.filter(
            branch=branch, quantity__gt=0, batch__item=OuterRef("pk"), batch__is_active=True
        )
        .filter(Q(batch__expires_on__isnull=True) | Q(batch__expires_on__gt=today))
        .order_by(F("batch__expires_on").asc(nulls_last=True), "batch_id")
    )


class Item(Editable, Deactivatable):
    """A product that is sold or used. The price is before tax unless `price_includes_tax`; the MRP always includes it."""

    # What `with_stock_at` and `with_first_batch_at` add to a row.
    in_stock: Decimal
    expired: Decimal
    first_expiry: datetime.date | None

    class Category(models.TextChoices):
        MEDICINE = "medicine", _("Medicine")
        SERUM = "serum", _("Serum")
        CREAM = "cream", _("Cream")
        CONSUMABLE = "consumable", _("Consumable")
        RETAIL = "retail", _("Retail product")
        EQUIPMENT = "equipment", _("Equipment")

    class Use(models.TextChoices):
        BOTH = "both", _("Sold and used")
        RETAIL = "retail", _("Sold only")
        PROFESSIONAL = "professional", _("Used in treatments only")

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    name = models.CharField(_("name"), max_length=150)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    sku = models.CharField(_("SKU"), max_length=40, blank=True)
    barcode = models.CharField(_("barcode"), max_length=40, blank=True, db_index=True)
    tax_category = models.ForeignKey(TaxCategory, models.PROTECT, verbose_name=_("tax category"))
    hsn = models.CharField(
        _("HSN"), max_length=8, blank=True, help_text=_("Empty: that of the tax category.")
    )
    uqc = models.CharField(_("unit code"), max_length=3, default="NOS")
    use = models.CharField(_("use"), max_length=12, choices=Use, default=Use.BOTH)
    base_unit = models.CharField(
        _("base unit"),
        max_length=20,
        default="unit",
        help_text=_("What stock is counted in: tablet, ml, piece."),
    )
    pack_unit = models.CharField(_("pack"), max_length=20, blank=True, help_text=_("Strip, box, bottle."))
    units_per_pack = models.PositiveIntegerField(_("base units in a pack"), default=1)
    tracks_expiry = models.BooleanField(_("batches expire"), default=True)
    generic_name = models.CharField(_("generic name"), max_length=150, blank=True)
    composition = models.CharField(_("composition"), max_length=250, blank=True)
    form = models.CharField(_("form"), max_length=40, blank=True, help_text=_("Tablet, gel, injection."))
    strength = models.CharField(_("strength"), max_length=40, blank=True)
    manufacturer = models.CharField(_("manufacturer"), max_length=120, blank=True)
    needs_prescription = models.BooleanField(_("needs a prescription"), default=False)
    is_controlled = models.BooleanField(_("controlled"), default=False)
    storage = models.CharField(_("storage"), max_length=120, blank=True)
    price = models.DecimalField(
        _("price, ₹"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Empty: not for sale."),
    )
    price_includes_tax = models.BooleanField(_("price includes tax"), default=False)
    mrp = models.DecimalField(_("MRP, ₹"), max_digits=12, decimal_places=2, null=True, blank=True)
    reorder_level = models.DecimalField(_("reorder level"), max_digits=12, decimal_places=3, default=5)
    maximum_level = models.DecimalField(
        _("maximum stock"), max_digits=12, decimal_places=3, null=True, blank=True
    )

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item")
        ordering = ["name"]
        indexes = [models.Index(name="item_by_name", fields=["organisation", "name"])]
        constraints = [
            models.CheckConstraint(
                name="item_amounts_not_negative",
                condition=(Q(price__isnull=True) | Q(price__gte=0))
                & (Q(mrp__isnull=True) | Q(mrp__gt=0))
                & Q(reorder_level__gte=0)
                & (Q(maximum_level__isnull=True) | Q(maximum_level__gte=F("reorder_level")))
                & Q(units_per_pack__gte=1),
                violation_error_message=_("Prices and levels can't be negative."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hsn_code(self) -> str:
        return self.hsn or self.tax_category.hsn


class BatchQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "BatchQuerySet":
        return self.filter(item__organisation_id=user.branch.organisation_id if user.branch else None)

    def usable(self, today: datetime.date) -> "BatchQuerySet":
        """Neither recalled nor expired: a batch may be used up to the day before its expiry date."""
        return self.filter(is_active=True).filter(Q(expires_on__isnull=True) | Q(expires_on__gt=today))

    def stocked_at(self, branch: Branch) -> "BatchQuerySet":
        """With something left at the branch; adds that as `in_stock`. A batch has one balance per branch."""
        return self.filter(balances__branch=branch, balances__quantity__gt=0).annotate(
            in_stock=F("balances__quantity")
        )

    def expiring_within(self, days: int, today: datetime.date) -> "BatchQuerySet":
        """Not expired yet, but will be at most `days` from today."""
        return self.filter(
            is_active=True, expires_on__gt=today, expires_on__lte=today + datetime.timedelta(days=days)
        )

    def first_expiring(self) -> "BatchQuerySet":
        """In the order they should leave: first expiry first, then first received."""
        return self.order_by(F("expires_on").asc(nulls_last=True), "id")


class Batch(Editable, Deactivatable):
    """What came in together: one number, one expiry, one cost. Inactive means blocked: recalled, damaged, held back."""

    class Blocked(models.TextChoices):
        RECALLED = "recalled", _("Recalled")
        DAMAGED = "damaged", _("Damaged")
        QUARANTINE = "quarantine", _("Held back")

    item = models.ForeignKey(Item, models.PROTECT, related_name="batches")
    number = models.CharField(_("batch number"), max_length=50)
    made_on = models.DateField(_("made on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    mrp = models.DecimalField(_("MRP, ₹"), max_digits=12, decimal_places=2, null=True, blank=True)
    blocked_for = models.CharField(_("blocked"), max_length=10, choices=Blocked, blank=True)
    blocked_note = models.CharField(_("why it is blocked"), max_length=200, blank=True)
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, blank=True, verbose_name=_("supplier"))
    unit_cost = models.DecimalField(_("unit cost, ₹"), max_digits=12, decimal_places=2, default=0)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        indexes = [models.Index(name="batch_by_expiry", fields=["expires_on"])]
        constraints = [
            models.UniqueConstraint(
                models.functions.Upper("number"), "item", name="batch_number_once_per_item"
            ),
            models.CheckConstraint(name="batch_cost_not_negative", condition=Q(unit_cost__gte=0)),
            models.CheckConstraint(
                name="batch_made_before_it_expires",
                condition=Q(made_on__isnull=True)
                | Q(expires_on__isnull=True)
                | Q(made_on__lt=F("expires_on")),
                violation_error_message=_("The batch expires before it was made."),
            ),
            models.CheckConstraint(
                name="batch_blocked_is_inactive", condition=Q(blocked_for="") | Q(is_active=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def has_expired(self, today: datetime.date) -> bool:
        """The last day of use is the one before the expiry date."""
        return self.expires_on is not None and self.expires_on <= today


class Balance(models.Model):
    """How much of a batch lies at a branch. A trigger keeps it equal to the sum of the movements; never below zero."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="balances")
    branch = models.ForeignKey(Branch, models.PROTECT)
    quantity = models.DecimalField(max_digits=12, decimal_places=3, default=0)

    kept_by_trigger = True
    append_only = False
    deletable = False
    privacy = None

    class Meta:
        constraints = [
            models.UniqueConstraint(name="balance_once", fields=["batch", "branch"]),
            models.CheckConstraint(name="balance_not_negative", condition=Q(quantity__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.quantity}"


class Movement(Row):
    """One change of stock, for good. The cause is kept as values: upper apps own what they point to."""

    class Kind(models.TextChoices):
        STOCK_IN = "stock_in", _("Stock in")
        SALE = "sale", _("Sale")
        CONSUMPTION = "consumption", _("Used in a visit")
        ADJUSTMENT = "adjustment", _("Adjustment")
        COUNT = "count", _("Counted")
        WRITE_OFF = "write_off", _("Written off")
        TRANSFER_OUT = "transfer_out", _("Sent to another branch")
        TRANSFER_IN = "transfer_in", _("Come from another branch")
        RETURN_OUT = "return_out", _("Sent back to the supplier")
        RETURN_IN = "return_in", _("Brought back by a customer")

    append_only = True

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="movements")
    branch = models.ForeignKey(Branch, models.PROTECT)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3)
    balance_after = models.DecimalField(max_digits=12, decimal_places=3, editable=False, default=0)
    unit_cost = models.DecimalField(
        _("unit cost, ₹"), max_digits=12, decimal_places=4, editable=False, null=True
    )
    cause_kind = models.CharField(max_length=30, blank=True)
    cause_id = models.UUIDField(null=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("stock movement")
        ordering = ["-id"]
        indexes = [models.Index(name="movement_by_cause", fields=["cause_kind", "cause_id"])]
        constraints = [
            models.CheckConstraint(
                name="movement_sign_fits_kind",
                condition=Q(kind__in=["stock_in", "transfer_in", "return_in"], quantity__gt=0)
                | Q(
                    kind__in=["sale", "consumption", "write_off", "transfer_out", "return_out"],
                    quantity__lt=0,
                )
                | (Q(kind__in=["adjustment", "count"]) & ~Q(quantity=0)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity}"
