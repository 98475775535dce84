"""The register of a month: what was bought by supplier and rate, less what was sent back, and as a file."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from purchasing import domain, register
from purchasing.domain import NewLine, Sent
from tests import factories


@pytest.fixture
def month(store):
    """From near 18 % and 5 %, from far 18 % without credit, of which a part went back."""
    both = (
        NewLine(store.serum, Decimal(10), price=Decimal(100)),
        NewLine(store.tablets, Decimal(2), in_packs=True, price=Decimal(50)),
    )
    store.received(store.approved(*both), invoice="=HYPERLINK(1)")
    gel = factories.item(store.branch)
    receipt = store.received(
        store.approved(NewLine(gel, Decimal(10), price=Decimal(200)), supplier=store.far),
        invoice="F-2", lines={gel: {"creditable": False}},
    )  # fmt: skip
    domain.return_goods(
        by=store.keeper, branch=store.branch, supplier=store.far, receipt=receipt, reason="damaged",
        sent=[Sent(receipt.lines.get().batch, Decimal(1))],
    )  # fmt: skip
    today = timezone.localdate()
    return register.entries(store.branch, today.replace(day=1), today)


def test_by_rate(month):
    rows = {row["rate"]: row for row in register.rates(month)}
    assert (rows[5]["taxable"], rows[5]["cgst"], rows[5]["credit"]) == (100, Decimal("2.50"), 5)
    assert (rows[18]["taxable"], rows[18]["cgst"], rows[18]["igst"], rows[18]["credit"]) == (
        2800,
        90,
        324,
        180,
    )
    assert register.totals(month)["total"] == sum(row["total"] for row in rows.values())


def test_the_page_and_the_files(month, store, sign_in):
    client = sign_in(store.keeper)
    page = client.get(reverse("purchase-register")).content.decode()
    assert store.far.gstin in page
    csv = client.get(reverse("purchase-export")).content.decode()
    assert csv.count("\n") == 1 + len(month)
    assert "'=HYPERLINK(1)" in csv
    response = client.get(reverse("purchase-export"), {"format": "xlsx"})
    from python_calamine import load_workbook

    rows = load_workbook(io.BytesIO(b"".join(response.streaming_content))).get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + len(month)
    assert rows[0][2] == "Supplier"


def test_another_month_is_empty_and_nonsense_is_this_one(month, store, sign_in):
    client = sign_in(store.keeper)
    assert (
        "Nothing was bought"
        in client.get(reverse("purchase-register"), {"month": "2020-01"}).content.decode()
    )
    for asked in ("x", "0000-00", "99999-01", "2026-13"):
        assert store.far.gstin in client.get(reverse("purchase-register"), {"month": asked}).content.decode()


def test_a_rejected_or_pending_delivery_is_not_in_it(store):
    store.delivery(store.approved())
    receipt = store.counted(store.delivery(store.approved()))
    domain.reject_receipt(by=store.keeper, receipt=receipt, reason="Wet")
    today = timezone.localdate()
    assert register.entries(store.branch, today.replace(day=1), today) == []
