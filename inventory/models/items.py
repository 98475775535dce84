"""The item master: what is sold or used, and how it stands at a branch."""

import datetime
from decimal import Decimal

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Deactivatable, Editable, OfOrganisation, Organisation, TaxCategory

from .batches import Balance, Batch, usable_balances


def _sum(balances: models.QuerySet[Balance]) -> Coalesce:
    """Their quantity together, of an outer item; 0 where there are none."""
    total = balances.order_by().values("batch__item").annotate(total=Sum("quantity")).values("total")
    return Coalesce(Subquery(total), Decimal(0), output_field=models.DecimalField())


class ItemQuerySet(OfOrganisation):
    def named(self, typed: str) -> "ItemQuerySet":
        """The whole name, SKU or barcode."""
        return self.filter(Q(name__iexact=typed) | Q(sku__iexact=typed) | Q(barcode=typed))

    def matching(self, typed: str) -> "ItemQuerySet":
        """Any part of the name, the whole of a barcode, SKU or batch number."""
        batch = Batch.objects.filter(item=OuterRef("pk"), number__iexact=typed)
        return self.filter(Q(name__icontains=typed) | Q(barcode=typed) | Q(sku__iexact=typed) | Exists(batch))

    def for_sale(self) -> "ItemQuerySet":
        """Kept, with a price, and not for treatments only."""
        return self.active().filter(price__isnull=False).exclude(use="professional")

    def with_stock_at(self, branch: Branch | None, today: datetime.date) -> "ItemQuerySet":
        """Adds `in_stock`, the quantity at the branch that may still be used or sold today, and `first_expiry`.

        Subqueries, not joins: nothing that is filtered or joined later can count a balance twice.
        """
        usable = usable_balances(branch, today)
        return self.annotate(
            in_stock=_sum(usable),
            first_expiry=Subquery(usable.values("batch__expires_on")[:1]),
        )

    def with_first_batch_at(self, branch: Branch | None, today: datetime.date) -> "ItemQuerySet":
        """Adds `first_batch`, what leaves next (number, supplier), and what must be put away: `expired`, `blocked`."""
        first = usable_balances(branch, today).values(
            first=JSONObject(number="batch__number", supplier="batch__supplier__name")
        )
        held = Balance.objects.filter(branch=branch, batch__item=OuterRef("pk"), quantity__gt=0)
        return self.annotate(
            first_batch=Subquery(first[:1]),
            expired=_sum(held.filter(batch__is_active=True, batch__expires_on__lte=today)),
            blocked=_sum(held.filter(batch__is_active=False)),
        )

    def kept_at(self, branch: Branch) -> "ItemQuerySet":
        """Those that the branch has or once had: an item only others keep isn't low there."""
        return self.filter(pk__in=Batch.objects.filter(balances__branch=branch).values("item_id"))

    def under_threshold(self) -> "ItemQuerySet":
        """After `with_stock_at`: what has fallen below its reorder level."""
        return self.filter(in_stock__lt=F("reorder_level"))


class Item(Editable, Deactivatable):
    """A product that is sold or used. The price is before tax unless `price_includes_tax`; the MRP always includes it."""

    # What `with_stock_at` and `with_first_batch_at` add to a row.
    in_stock: Decimal
    expired: Decimal
    blocked: Decimal
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
    is_divisible = models.BooleanField(
        _("can be divided"),
        default=False,
        help_text=_("Measured, like ml or grams; otherwise counted in whole base units."),
    )
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
