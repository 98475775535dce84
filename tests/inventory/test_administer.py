"""The administrator changes items, suppliers and batches: recorded, and never over somebody else's edit."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from clinic.models import AuditRow
from inventory.models import Batch, Item, Supplier
from tests import factories


@pytest.fixture
def gel(world):
    return factories.item(world.branch, name="Laser Cooling Gel", mrp=Decimal(650))


@pytest.fixture
def admin(world, sign_in):
    return sign_in(world.owner)


def form_of(item, **changes) -> dict[str, str]:
    values = {
        "name": item.name, "category": item.category, "is_active": "on", "price": item.price, "mrp": item.mrp,
        "tax_category": item.tax_category_id, "hsn": "", "uqc": "NOS", "reorder_level": item.reorder_level,
        "sku": "", "barcode": "", "version": item.version, "use": "both", "base_unit": "tube", "units_per_pack": "1",
        "is_divisible": "on", "branch_prices-TOTAL_FORMS": "0", "branch_prices-INITIAL_FORMS": "0",
    }  # fmt: skip
    return {name: str(value) for name, value in (values | changes).items()}


def test_the_price_is_changed_and_the_change_recorded(world, gel, admin):
    address = reverse("admin:inventory_item_change", args=[gel.pk])
    assert admin.post(address, form_of(gel, price="525.50")).status_code == 302
    gel.refresh_from_db()
    assert (gel.price, gel.version) == (Decimal("525.50"), 2)
    row = AuditRow.objects.filter(table_name="inventory_item", row_id=str(gel.pk), action="U").get()
    assert row.changed["price"] == [500.0, 525.5]
    assert row.by_id == world.owner.pk


def test_a_stale_edit_is_told_and_what_was_typed_stays(gel, admin):
    address = reverse("admin:inventory_item_change", args=[gel.pk])
    admin.post(address, form_of(gel, price="510"))
    response = admin.post(address, form_of(gel, price="490"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "Somebody else changed this record" in page and 'value="490"' in page
    gel.refresh_from_db()
    assert gel.price == 510


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"price": "-1"}, "negative"),
        ({"price": "cheap"}, "Enter a number."),
        ({"reorder_level": "-1"}, "negative"),
        ({"name": ""}, "This field is required."),
    ],
)
def test_impossible_items_are_refused(gel, admin, changes, words):
    page = admin.post(reverse("admin:inventory_item_change", args=[gel.pk]), form_of(gel, **changes))
    assert page.status_code == 200
    assert words in page.content.decode()
    assert not AuditRow.objects.filter(table_name="inventory_item", action="U").exists()


def test_a_new_item_belongs_to_the_organisation(world, gel, admin):
    response = admin.post(reverse("admin:inventory_item_add"), form_of(gel, name="Kojic Serum"))
    assert response.status_code == 302
    assert Item.objects.get(name="Kojic Serum").organisation == world.branch.organisation


def test_a_batch_is_recalled_and_nothing_else_of_it_changes(world, gel, admin):
    batch = factories.batch(gel, world.branch, world.owner, quantity=5, number="B1")
    expires_on = batch.expires_on
    address = reverse("admin:inventory_batch_change", args=[batch.pk])
    typed = {"version": "1", "number": "B2", "expires_on": str(datetime.date(2040, 1, 1))}
    assert admin.post(address, typed).status_code == 302
    batch.refresh_from_db()
    assert (batch.is_active, batch.number, batch.expires_on) == (False, "B1", expires_on)
    assert admin.get(reverse("admin:inventory_batch_add")).status_code == 403


@pytest.mark.parametrize(
    ("field", "typed"), [("gstin", "29AABCL1234A1Z5"), ("phone", "1234567890123456"), ("email", "nowhere")]
)
def test_a_supplier_is_checked(admin, field, typed):
    values = {
        "name": "LaserTech",
        "is_active": "on",
        "phone": "98100 55555",
        "gstin": factories.GSTIN,
        "email": "",
        "terms": "net_30",
        "lead_days": "7",
    }
    response = admin.post(reverse("admin:inventory_supplier_add"), values | {field: typed})
    assert field in response.context["adminform"].form.errors
    assert admin.post(reverse("admin:inventory_supplier_add"), values).status_code == 302
    assert Supplier.objects.get().phone == "+919810055555"


def test_nothing_is_deleted(gel, admin):
    assert (
        admin.post(reverse("admin:inventory_item_delete", args=[gel.pk]), {"post": "yes"}).status_code == 403
    )
    assert Item.objects.exists()


def test_who_doesnt_administer_stays_out(world, gel, desk):
    response = desk.post(reverse("admin:inventory_item_change", args=[gel.pk]), form_of(gel, price="1"))
    assert response.status_code == 403
    gel.refresh_from_db()
    assert gel.price == 500
    assert not Batch.objects.exists()
