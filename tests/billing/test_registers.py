"""Registers, lists and sales of one set of books: they agree with each other and with the rows, at a constant cost."""

import datetime
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from billing import register_rows as registers
from billing import sales
from billing.models import Invoice, Payment
from billing.register_rows import AMOUNTS, Period
from billing.registers import REGISTERS
from tests import factories
from tests.billing import money
from tests.billing.books import books
from tests.billing.conftest import Shop

D = Decimal


def text(response):
    return response.content.decode()


@pytest.fixture
def today(shop) -> datetime.date:
    return timezone.localdate(timezone=shop.branch.zone)


@pytest.fixture
def period(today) -> Period:
    return Period(today, today)


def totals(name, user, period):
    register = REGISTERS[name]
    return register.sums(register.rows(user, period))


class TestRegisters:
    def test_they_agree_on_a_note_a_cancelled_bill_and_igst(self, shop, period):
        books(shop)
        sold, noted, rates, codes = (
            totals(name, shop.by, period) for name in ("sales", "notes", "rates", "codes")
        )
        for name in AMOUNTS:
            assert sold[name] + noted[name] == rates[name] == codes[name], name
        assert rates["integrated"] == D("90.00")  # gel for 500 to Mumbai
        assert (sold["taxable_value"], sold["untaxed_value"]) == (D(5000), D(4500))
        assert (noted["taxable_value"], noted["central"], noted["amount"]) == (D(-900), D(-81), D(-1062))
        # Rounding is no tax: it stands in the documents alone.
        assert rates["amount"] + sold["rounding"] + noted["rounding"] == sold["amount"] + noted["amount"]

    def test_sales_are_what_bills_say_with_the_cancelled_one_at_zero_and_no_opening_due(self, shop, period):
        kept = books(shop)
        rows = {row["number"]: row for row in registers.sales(shop.by, period)}
        assert set(rows) == {
            each.number for each in (kept.laser, kept.cancelled, kept.exempt, kept.mumbai)
        }  # not the opening due
        assert rows[kept.cancelled.number]["amount"] == 0
        assert rows[kept.mumbai.number]["integrated"] == 90
        assert sum(row["amount"] for row in rows.values()) == sum(
            each.total for each in (kept.laser, kept.exempt, kept.mumbai)
        )

    def test_series_count_what_the_registers_list(self, shop, period):
        kept = books(shop)
        rows = {row["of"]: row for row in registers.by_series(shop.by, period)}
        invoices = rows["tax_invoice"]
        assert (invoices["first"], invoices["last"]) == (kept.laser.number, kept.mumbai.number)
        assert (invoices["count"], invoices["cancelled"], invoices["left"]) == (3, 1, 2)
        listed = {
            "tax_invoice": 3, "bill_of_supply": 1, "credit_note": 1, "debit_note": 1, "receipt": 1,
            "receipt_voucher": 1, "refund_voucher": 1, "estimate": 1,
        }  # fmt: skip
        assert {kind: row["count"] for kind, row in rows.items()} == listed

    def test_codes_part_businesses_and_units(self, shop, period):
        firm = factories.customer(
            shop.branch, shop.by, full_name="Firm", gstin="29AABCL1234A1Z4", address="1 MG Road",
            city="Bengaluru", state="29", postal_code="560001",
        )  # fmt: skip
        shop.issue(shop.gel, customer=firm)
        shop.issue(shop.gel)
        rows = {(row["hsn"], row["business"]): row for row in registers.by_code(shop.by, period)}
        assert set(rows) == {("330499", True), ("330499", False)}
        assert rows["330499", True]["uqc"] == "NOS"
        assert rows["330499", True]["quantity_sold"] == 1

    def test_receipts_and_refunds_with_the_tax_of_advances(self, shop, period):
        kept = books(shop)
        received, back = totals("receipts", shop.by, period), totals("refunds", shop.by, period)
        assert (received["amount"], back["back"]) == (D(3500), D(400))
        voucher = kept.advance.receipt
        assert received["taxable_value"] == voucher.taxable
        assert received["integrated"] + received["central"] + received["state_tax"] == voucher.igst + voucher.cgst + voucher.sgst  # fmt: skip

    @pytest.mark.parametrize("name", REGISTERS)
    def test_each_on_a_page_and_as_a_file(self, sign_in, world, shop, name):
        kept = books(shop)
        client = sign_in(factories.person(shop.branch, "owner"))
        page = client.get(reverse("register-list"), {"show": name})
        assert page.status_code == 200
        assert "All together" in text(page)
        book = workbook(client.get(reverse("register-export"), {"show": name, "format": "xlsx"}))
        assert len(book.get_sheet_by_index(0).to_python()) == len(page.context["page"].object_list) + 2
        if name == "sales":
            assert kept.laser.number in text(page)
            assert f'href="{kept.laser.get_absolute_url()}"' in text(page)

    def test_all_in_one_workbook_without_formulas(self, sign_in, shop):
        shop.customer.full_name = "=HYPERLINK(1)"
        shop.customer.save()
        shop.issue(shop.laser)
        client = sign_in(factories.person(shop.branch, "owner"))
        book = workbook(client.get(reverse("register-export"), {"show": "all"}))
        assert book.sheet_names == [str(each.title).replace("/", " ") for each in REGISTERS.values()]
        head, row, foot = book.get_sheet_by_name("Sales").to_python()
        assert row[head.index("Customer")] == "=HYPERLINK(1)"
        assert row[head.index("Total")] == foot[head.index("Total")] == 5310

    def test_they_are_for_who_may_export(self, desk):
        assert desk.get(reverse("register-list")).status_code == 403
        assert desk.get(reverse("register-export")).status_code == 403

    def test_another_period_and_another_branch_have_none_of_it(self, sign_in, world, shop, today):
        books(shop)
        gone = Period(today - datetime.timedelta(days=9), today - datetime.timedelta(days=8))
        assert [name for name, each in REGISTERS.items() if list(each.rows(shop.by, gone))] == []
        days = Period(today, today)
        assert [name for name, each in REGISTERS.items() if list(each.rows(world.colleague, days))] == []


def workbook(response):
    return CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))


class TestSales:
    def test_they_are_lines_less_credits_by_what_was_sold(self, shop, period):
        books(shop)
        groups = {row["what"]: row for row in sales.groups(list(sales.lines(shop.by, period, "treatment")), "-value")}  # fmt: skip
        assert {name: row["value"] for name, row in groups.items()} == {
            "Laser Hair Removal session": D(3600), "Consultation": D(4500),
        }  # fmt: skip
        goods = sales.groups(list(sales.lines(shop.by, period, "product")), "what")
        assert [(row["what"], row["sold"], row["amount"]) for row in goods] == [
            ("Laser Cooling Gel", 1, D(590))
        ]
        everything = sales.groups(list(sales.lines(shop.by, period, "practitioner")), "what")
        assert [(row["what"], row["value"]) for row in everything] == [("Nobody named", D(8600))]

    def test_the_picture_shows_what_the_rows_come_to(self, shop, period, today):
        books(shop)
        rows = list(sales.lines(shop.by, period, "practitioner"))
        year = Period(today - datetime.timedelta(days=300), today)
        for days in (period, year):
            assert sum(point.value for point in sales.points(rows, days)) == D(8600)
        assert len(sales.points(rows, year)) in (10, 11)

    @pytest.mark.parametrize("by", sales.BY)
    def test_every_figure_opens_its_rows(self, sign_in, shop, by):
        books(shop)
        client = sign_in(factories.person(shop.branch, "owner"))
        page = client.get(reverse("sales-list"), {"by": by})
        for cells in page.context["table"].lines:
            behind = client.get(cells[0].url)
            assert behind.context["table"].sums[-2].text == cells[3].text
            assert behind.context["table"].sums[5].text == cells[2].text
        assert client.get(reverse("sales-export"), {"by": by}).status_code == 200

    def test_a_receptionist_sees_no_takings(self, desk):
        assert desk.get(reverse("sales-list")).status_code == 403
        assert desk.get(reverse("sales-lines")).status_code == 403


class TestLists:
    def test_ages_part_what_is_outstanding(self, sign_in, shop, today):
        for days, number in ((0, "A"), (30, "B"), (31, "C"), (60, "D"), (61, "E"), (90, "F"), (91, "G")):
            old(shop, number, days)
        client = sign_in(factories.person(shop.branch, "owner"))
        for show, wanted in {
            "to30": "BA",
            "to60": "DC",
            "to90": "FE",
            "over90": "G",
            "overdue": "GFEDCB",
        }.items():
            page = client.get(reverse("invoice-list"), {"show": show, "sort": "date"})
            assert {str(each) for each in page.context["page"]} == set(wanted), show
            assert page.context["sums"]["due"] == 100 * len(wanted)
        (row,) = client.get(reverse("outstanding-list")).context["page"].object_list
        assert [row[name] for name in ("to30", "to60", "to90", "over90", "due")] == [200, 200, 200, 100, 700]
        assert row["oldest"] == today - datetime.timedelta(days=91)
        assert [*client.get(reverse("outstanding-list"), {"q": "nobody"}).context["page"]] == []

    def test_the_sums_of_bills_tie_with_the_rows(self, sign_in, shop):
        kept = books(shop)
        shop.draft(shop.gel, customer=factories.customer(shop.branch, shop.by))
        client = sign_in(factories.person(shop.branch, "owner"))
        page = client.get(reverse("invoice-list"))
        sums, rows = page.context["sums"], list(page.context["page"])
        assert sums["billed"] == sum(each.total for each in rows if each.is_issued)
        assert sums["billed"] + sums["notes"] - sums["paid"] == sums["due"] == sum(each.due for each in rows if each.is_issued)  # fmt: skip
        assert (sums["cancelled"], sums["notes"]) == (1, D(-1062))
        only = client.get(reverse("invoice-list"), {"show": "cancelled"})
        assert [each.number for each in only.context["page"]] == [kept.cancelled.number]
        dues = client.get(reverse("invoice-list"), {"document": "opening_due"})
        assert [each.number for each in dues.context["page"]] == ["OLD-77"]

    def test_who_may_not_see_money_sees_no_sums(self, desk, shop):
        books(shop)
        for name in ("invoice-list", "payment-list", "note-list", "outstanding-list"):
            page = text(desk.get(reverse(name)))
            assert "All together" not in page, name
            assert desk.get(reverse(name.replace("list", "export"))).status_code == 403

    @pytest.mark.parametrize(
        ("query", "modes"),
        [
            ({}, {"cash", "upi"}), ({"mode": "upi"}, {"upi"}), ({"q": "anjali"}, {"cash"}), ({"since": "2099-01-01"}, set()),
            ({"mode": "rubbish", "by": "rubbish", "sort": "rubbish", "page": "x"}, {"cash", "upi"}),
        ],
    )  # fmt: skip
    def test_payments_by_mode_tie_with_the_rows(self, sign_in, shop, query, modes):
        books(shop)
        client = sign_in(factories.person(shop.branch, "owner"))
        page = client.get(reverse("payment-list"), query)
        rows = list(page.context["page"])
        assert {row["mode"] for row in rows} == modes
        assert sum(amount for *_rest, amount in page.context["modes"]) == sum(row["amount"] for row in rows)

    def test_payments_of_one_cashier_and_one_receipt(self, sign_in, shop):
        kept = books(shop)
        client = sign_in(factories.person(shop.branch, "owner"))
        for query in ({"by": shop.by.pk}, {"q": kept.payment.receipt.number[-5:]}):
            assert kept.payment.pk in {
                row["id"] for row in client.get(reverse("payment-list"), query).context["page"]
            }
        assert f'href="{reverse("payment-detail", args=[kept.payment.pk])}"' in text(
            client.get(reverse("payment-list"))
        )

    def test_notes_count_credits_below_zero(self, sign_in, shop):
        kept = books(shop)
        client = sign_in(factories.person(shop.branch, "owner"))
        page = client.get(reverse("note-list"))
        assert page.context["table"].sums[-1].text == "-1,062.00"
        assert [row["number"] for row in client.get(reverse("note-list"), {"show": "debit"}).context["page"]] == [kept.debit.number]  # fmt: skip
        found = client.get(reverse("note-list"), {"q": kept.laser.number}).context["page"]
        assert {row["number"] for row in found} == {kept.note.number, kept.debit.number}
        assert [*client.get(reverse("note-list"), {"q": "nobody"}).context["page"]] == []


def old(shop: Shop, number: str, days: int) -> Invoice:
    day = timezone.localdate(timezone=shop.branch.zone) - datetime.timedelta(days=days)
    return Invoice.objects.create(
        branch=shop.branch, customer=shop.customer, status="issued", document="opening_due", number=number,
        issued_on=day, issued_at=timezone.now(), issued_by=shop.by, created_by=shop.by, untaxed=100, total=100,
    )  # fmt: skip


PAGES = {
    "invoice-list": {}, "payment-list": {}, "note-list": {}, "outstanding-list": {}, "sales-list": {"by": "treatment"},
    "sales-lines": {"by": "practitioner"}, **{f"register-list {name}": {"show": name} for name in REGISTERS},
}  # fmt: skip


@pytest.mark.parametrize("count", [1, 30])
def test_every_list_costs_the_same_for_one_and_for_thirty(
    sign_in, shop, django_assert_max_num_queries, count
):
    from billing import domain
    from billing.domain import CreditTerms

    for _ in range(count):
        bill = shop.issue(shop.laser, customer=factories.customer(shop.branch, shop.by))
        money.take(shop, money.cash(100), customer=bill.customer, bills=[(bill, D(100))])
        terms = [CreditTerms(line=bill.lines.get(), value=D(100))]
        domain.credit(by=shop.by, invoice=bill, reason="discount", lines=terms)
    assert Payment.objects.count() == count
    client = sign_in(factories.person(shop.branch, "owner"))
    for name, query in PAGES.items():
        with django_assert_max_num_queries(14):
            assert client.get(reverse(name.split()[0]), query).status_code == 200, name
