"""The item master and the opening stock, as they come from a former system."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Branch, TaxCategory
from clinic.permissions import Permission
from clinic.plain import plain
from clinic.refusals import Refusal
from imports.columns import Column, amount, choice, day, text, whole, yes_no
from imports.importers import Finding, Importer, Line, add, twice
from inventory import domain
from inventory.models import Balance, Batch, Item, Supplier
from staff.models import User


def register() -> None:
    add(
        Importer(
            kind="items", order=20, title=gettext_lazy("Items"), icon="package",
            explanation=gettext_lazy("The item master: what is sold and used. An item of the same name is left out."),
            permission=Permission.INVENTORY_CHANGE, columns=item_columns, check=check_items, write_line=write_item,
            present=items_now, export=Permission.INVENTORY_EXPORT,
        )
    )  # fmt: skip
    add(
        Importer(
            kind="batches", order=30, title=gettext_lazy("Opening stock"), icon="package-plus",
            explanation=gettext_lazy("What lies on the shelves, batch by batch. The items must be there already."),
            permission=Permission.INVENTORY_CHANGE, columns=batch_columns, check=check_batches, write_line=write_batch,
            present=batches_now, export=Permission.INVENTORY_EXPORT,
        )
    )  # fmt: skip


def item_columns(branch: Branch) -> tuple[Column, ...]:
    taxes = {str(name): tax for tax in TaxCategory.objects.all() for name in (tax.name, tax.code)}
    kinds = {str(label): value for value, label in Item.Category.choices}
    uses = {str(label): value for value, label in Item.Use.choices}
    return (
        Column("name", _("Name"), text(150), True, ("item", "product"), "Vitamin C Serum 20%"),
        Column("category", _("Category"), choice(kinds), True, (), "Serum"),
        Column("tax_category", _("Tax category"), choice(taxes), True, ("tax",), next(iter(taxes), "")),
        Column("sku", _("SKU"), text(40), False, ("code",), "VC20"),
        Column("barcode", _("Barcode"), text(40), False, ("ean",), "8901234567894"),
        Column("hsn", _("HSN"), text(8), False, ("hsn code",), "3304"),
        Column("price", _("Price"), amount(), False, ("selling price", "rate"), "1200"),
        Column("mrp", _("MRP"), amount(), False, (), "1499"),
        Column("use", _("Use"), choice(uses), False, (), "Sold and used"),
        Column("base_unit", _("Base unit"), text(20), False, ("unit",), "bottle"),
        Column("pack_unit", _("Pack"), text(20)),
        Column("units_per_pack", _("Units in a pack"), whole(1), False, ("pack size",), "1"),
        Column("reorder_level", _("Reorder level"), amount(3), False, ("threshold", "minimum"), "5"),
        Column("maximum_level", _("Maximum stock"), amount(3), False, ("maximum",)),
        Column("generic_name", _("Generic name"), text(150), False, ("generic",)),
        Column("composition", _("Composition"), text(250)),
        Column("form", _("Form"), text(40)),
        Column("strength", _("Strength"), text(40)),
        Column("manufacturer", _("Manufacturer"), text(120), False, ("company",)),
        Column("storage", _("Storage"), text(120)),
        Column("tracks_expiry", _("Batches expire"), yes_no, False, (), "yes"),
        Column("needs_prescription", _("Needs a prescription"), yes_no, False, (), "no"),
    )  # fmt: skip


def items_now(branch: Branch) -> Iterator[dict[str, Any]]:
    """Every item that is kept, in the words the list is read in."""
    names = [column.name for column in item_columns(branch)]
    said = {True: _("yes"), False: _("no")}
    kept = Item.objects.filter(organisation_id=branch.organisation_id, is_active=True).order_by("name")
    for item in kept.select_related("tax_category").iterator(500):
        row = {name: getattr(item, name) for name in names}
        row |= {
            "category": item.get_category_display(), "tax_category": item.tax_category.name,
            "use": item.get_use_display(), "tracks_expiry": said[item.tracks_expiry],
            "needs_prescription": said[item.needs_prescription],
        }  # fmt: skip
        yield row


def batches_now(branch: Branch) -> Iterator[dict[str, Any]]:
    """What lies on the branch's shelves, batch by batch."""
    left = Balance.objects.filter(branch=branch, quantity__gt=0, batch__item__is_active=True)
    for balance in left.select_related("batch__item", "batch__supplier").order_by(
        "batch__item__name", "batch__expires_on", "batch_id"
    ):
        batch = balance.batch
        yield {
            "item": batch.item.name, "batch_number": batch.number, "quantity": balance.quantity,
            "expires_on": batch.expires_on, "made_on": batch.made_on, "mrp": batch.mrp, "unit_cost": batch.unit_cost,
            "supplier": batch.supplier.name if batch.supplier else "",
        }  # fmt: skip


def check_items(branch: Branch, lines: list[Line]) -> Iterator[Finding]:
    for column in ("name", "sku", "barcode"):
        yield from twice(lines, column, _("The same stands in row %(line)s."))
    items = Item.objects.filter(organisation_id=branch.organisation_id)
    known = {name.casefold() for name in items.values_list("name", flat=True)}
    for line in lines:
        if line.values["name"].casefold() in known:
            yield Finding(line.number, "name", _("An item of this name is there already."), left_out=True)


def write_item(*, by: User, branch: Branch, line: Line) -> None:
    values = _given(line)
    item = Item(organisation=branch.organisation, **values)
    try:
        item.full_clean()
    except ValidationError as problem:
        field, sentences = next(iter(problem.message_dict.items()))
        raise Refusal(sentences[0], field=field) from None
    domain.add_item(by=by, branch=branch, **values)


def batch_columns(branch: Branch) -> tuple[Column, ...]:
    return (
        Column("item", _("Item"), text(150), True, ("product", "name", "sku"), "Vitamin C Serum 20%"),
        Column("batch_number", _("Batch number"), text(50), True, ("batch",), "B2026-447"),
        Column("quantity", _("Quantity"), amount(3, Decimal("0.001")), True, ("stock", "qty"), "24"),
        Column("expires_on", _("Expires on"), day, False, ("expiry", "exp"), "31/12/2027"),
        Column("made_on", _("Made on"), day, False, ("mfg", "manufactured"), "01/06/2026"),
        Column("mrp", _("MRP"), amount(), False, (), "1499"),
        Column("unit_cost", _("Unit cost"), amount(4), False, ("cost", "purchase price"), "640"),
        Column("supplier", _("Supplier"), text(150), False, ("vendor",), "Cosmo Labs"),
    )  # fmt: skip


def check_batches(branch: Branch, lines: list[Line]) -> Iterator[Finding]:
    """A batch stands in the file once, and isn't there yet: importing twice must not double the stock."""
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        key = (line.values["item"].casefold(), line.values["batch_number"].casefold())
        if key in seen:
            yield Finding(
                line.number, "batch_number", _("This batch stands in row %(line)s too.") % {"line": seen[key]}
            )
        seen.setdefault(key, line.number)


def write_batch(*, by: User, branch: Branch, line: Line) -> None:
    values = _given(line)
    item = _item(branch, values.pop("item"))
    if Batch.objects.filter(
        item=item, number__iexact=values["batch_number"], balances__branch=branch
    ).exists():
        raise Refusal(_("This batch is in stock already."), field="batch_number")
    if "supplier" in values:
        values["supplier"] = _supplier(branch, values["supplier"])
    domain.stock_in(
        by=by,
        branch=branch,
        item=item,
        note=plain(gettext_lazy("Opening stock")),
        cause_kind="import",
        **values,
    )


def _item(branch: Branch, words: str) -> Item:
    items = list(Item.objects.filter(organisation_id=branch.organisation_id, is_active=True).named(words)[:2])
    if len(items) != 1:
        sentence = (
            _("Two items have this name or code.")
            if items
            else _("There is no such item. Import the items first.")
        )
        raise Refusal(sentence, field="item")
    return items[0]


def _supplier(branch: Branch, name: str) -> Supplier:
    known = Supplier.objects.filter(organisation_id=branch.organisation_id, name__iexact=name).first()
    if known is None:
        raise Refusal(
            _("There is no such supplier. Add it first, or leave the cell empty."), field="supplier"
        )
    return known


def _given(line: Line) -> dict[str, Any]:
    return {name: value for name, value in line.values.items() if value not in ("", None)}
