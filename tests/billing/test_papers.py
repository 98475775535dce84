"""What the law wants on each paper stands there, with every amount; and papers say what their rows say."""

import datetime
import io
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from billing import paper
from billing.domain import NewPayment, collect
from billing.models import Invoice, Paper
from tests.factories import papers


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def bill(shop):
    return Invoice.objects.get(pk=shop.issue(shop.laser, shop.gel).pk)


def words_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def drawn(document, form="a4", language="en", copy="original") -> str:
    rows = paper.kind_of(document).rows()
    return words_of(paper.draw(rows.get(pk=document.pk), form, language, copy))


def day(value) -> str:
    return f"{value.day} {value:%b %Y}"


SUPPLIER = ("Linqs Cosmetology Clinic", "14-B, MG Road, Bengaluru 560001", "29AABCL1234A1Z4")
SIGNED = "Authorised signatory"


def test_a_credit_note_names_its_original(shop, bill):
    """Rule 53(1A): who, what it is, number and date of its own and of the original, value, rate, tax, signature."""
    note = papers.note(bill, shop.by)
    for form in ("a4", "slip"):
        found = drawn(note, form)
        for field in (
            *SUPPLIER, "Credit note", note.number, day(note.issued_on), "Priya Mehta", "Against Tax invoice",
            f"Number of the original {bill.number}", f"Date of the original {day(bill.issued_on)}", "Goods brought back",
            "Place of supply Karnataka (29)", "Reverse charge No", "18 %", "9 %", "Taxable value 4,500.00", "CGST 405.00",
            "SGST 405.00", "Total credited ₹5,310.00", "Rupees Five Thousand Three Hundred Ten Only", "999722", SIGNED,
        ):  # fmt: skip
            assert field in found, (form, field)


def test_a_debit_note_and_a_commercial_note_say_so(shop, bill):
    assert "Debit note" in drawn(papers.note(bill, shop.by, kind="debit"))
    plain = papers.note(
        bill,
        shop.by,
        changes_tax=False,
        taxable=0,
        untaxed=Decimal(5310),
        cgst=0,
        sgst=0,
        total=Decimal(5310),
    )
    found = drawn(plain)
    assert "the tax of the original document stays as it was" in found
    assert "CGST" not in found


def test_a_receipt_voucher_shows_the_advance_with_its_tax(shop, bill):
    """Rule 50: who, number, date, for what, the advance, rate, tax by head, place of supply, reverse charge."""
    voucher = papers.receipt(bill, shop.by)
    for field in (
        *SUPPLIER, "Receipt voucher", voucher.number, day(voucher.issued_on), "Priya Mehta", "Laser Hair Removal",
        "Advance received ₹1,180.00", "18 %", "Taxable value 1,000.00", "CGST 90.00", "SGST 90.00",
        "Place of supply Karnataka (29)", "Reverse charge No", "UPI", "606112345678", SIGNED,
    ):  # fmt: skip
        assert field in drawn(voucher), field


def test_a_refund_voucher_names_the_voucher(shop, world, bill):
    """Rule 51: beside what a voucher has, number and date of the receipt voucher."""
    voucher = papers.receipt(bill, shop.by)
    refund = papers.refund(voucher, bill, shop.by, world.owner)
    for field in (
        *SUPPLIER, "Refund voucher", refund.number, day(refund.issued_on), "Priya Mehta", "Laser Hair Removal",
        f"Receipt voucher {voucher.number}", f"Date of it {day(voucher.issued_on)}", "Paid back ₹1,180.00", "18 %",
        "Taxable value 1,000.00", "CGST 90.00", "SGST 90.00", "Reverse charge No", SIGNED,
    ):  # fmt: skip
        assert field in drawn(refund), field


def test_a_payment_receipt_says_what_it_paid_and_a_refund_receipt_from_where(shop, world, bill):
    receipt = papers.receipt(bill, shop.by, total=5810, document="payment_receipt")
    receipt.payments.first().allocations.create(invoice=bill, amount=Decimal(5310))
    found = drawn(receipt)
    for field in ("Payment receipt", receipt.number, bill.number, "5,310.00", "Received ₹5,810.00", "UPI"):
        assert field in found, field
    assert "CGST" not in found
    spare = papers.receipt(bill, shop.by, total=531, document="payment_receipt")
    refund = papers.refund(spare, bill, shop.by, world.owner, invoice=bill)
    found = drawn(refund)
    for field in (
        "Refund receipt",
        refund.number,
        spare.number,
        f"{bill.number} of",
        "Paid back ₹531.00",
        "Recipient",
    ):
        assert field in found, field


def test_an_estimate_owes_nothing_and_a_gift_card_shows_its_code(shop, bill):
    estimate = papers.estimate(bill, shop.by)
    found = drawn(estimate)
    for field in (
        "Estimate", "nothing is owed by it", estimate.number, f"Valid until {day(estimate.valid_until)}", "4,500.00",
        "Estimated total ₹5,900.00", "Laser Cooling Gel",
    ):  # fmt: skip
        assert field in found, field
    found = drawn(papers.gift_card(bill, shop.by, owner=shop.customer))
    assert re.search("7K4M-?Q2XD-?9PTA", found)
    assert "Worth ₹5,000.00" in found and "Priya Mehta" in found and "CGST" not in found


def test_a_statement_runs_from_what_was_owed_to_what_is(shop):
    today = timezone.localdate()
    entries = [
        paper.Entry(today, "Tax invoice", "LCB/26-27/00001", charged=Decimal(5310)),
        paper.Entry(today, "Payment by UPI", "LRC/26-27/00001", received=Decimal(6000)),
    ]
    account = paper.Statement(
        branch=shop.branch,
        customer=shop.customer,
        since=today,
        until=today,
        opening=Decimal(1000),
        entries=entries,
    )
    found = words_of(paper.draw_statement(account, "a4"))
    for field in (
        "Statement of account",
        "Priya Mehta",
        "Brought forward",
        "1,000.00",
        "6,310.00",
        "Due ₹310.00",
    ):
        assert field in found, field


def test_a_note_and_a_payment_stand_on_the_bill_and_change_its_paper(shop, bill):
    first = paper.ready(bill, "a4")
    note = papers.note(bill, shop.by)
    bill.refresh_from_db()
    found = drawn(bill)
    assert f"{note.number}, {day(note.issued_on)} − 5,310.00" in found
    assert "Due ₹590.00" in found
    collect(by=shop.by, invoice=bill, payments=[NewPayment("cash", Decimal(590))])
    bill = Invoice.objects.get(pk=bill.pk)
    assert paper.ready(bill, "a4").pk != first.pk
    assert "PAID · CASH" in drawn(bill).upper()


def test_a_cancelled_bill_says_so_across(desk, shop, bill):
    paper.ready(bill, "a4")
    Invoice.objects.filter(pk=bill.pk).update(
        status="cancelled", cancelled_at=timezone.now(), cancelled_by=shop.by, cancel_reason="Wrong customer"
    )
    answer = desk.get(reverse("invoice-print", args=[bill.pk]))
    found = words_of(b"".join(answer.streaming_content))
    assert "CANCELLED" in found.upper() and "Scan to pay" not in found
    assert Paper.objects.filter(document_id=bill.pk).count() == 2


def test_a_mode_that_was_put_right_is_printed_anew(shop, bill):
    states = [paper.kind_of(bill).state(bill)]
    made = collect(by=shop.by, invoice=bill, payments=[NewPayment("cash", Decimal(5900))])
    bill = Invoice.objects.get(pk=bill.pk)
    states.append(paper.kind_of(bill).state(bill))
    if made[0].drawer_id:
        made[0].corrections.create(mode_before="cash", mode="upi", reason="Wrong key", by=shop.by)
        states.append(paper.kind_of(bill).state(bill))
    assert len(set(states)) == len(states)


@pytest.mark.parametrize("form", ["a4", "a5", "slip"])
def test_names_in_devanagari_are_printed_with_joined_letters(shop, form):
    shop.customer.full_name = "प्रिया श्रीवास्तव"
    shop.customer.save()
    content = paper.draw(Invoice.objects.get(pk=shop.issue(shop.laser).pk), form)
    fonts = {str(font) for page in PdfReader(io.BytesIO(content)).pages for font in _fonts(page)}
    assert any("Lohit" in font or "Devanagari" in font for font in fonts), fonts


def _fonts(page) -> list[str]:
    return [font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()]


class TestCopies:
    @pytest.mark.parametrize(
        ("copy", "goods", "services"),
        [
            ("original", "Original for recipient", "Original for recipient"),
            ("duplicate", "Duplicate for transporter", "Duplicate for supplier"),
            ("triplicate", "Triplicate for supplier", "Extra copy"),
        ],
    )
    def test_goods_come_in_three_and_services_in_two(self, shop, bill, copy, goods, services):
        assert goods in drawn(bill, copy=copy)
        assert services in drawn(shop.issue(shop.laser), copy=copy)

    def test_each_form_is_a_file_of_its_own_and_drawn_once(self, desk, bill, monkeypatch):
        asked = [
            {},
            {"format": "a5"},
            {"language": "hi"},
            {"copy": "duplicate"},
            {"format": "no", "copy": "such"},
        ]
        url = reverse("invoice-print", args=[bill.pk])
        for wanted in asked:
            b"".join(desk.get(url, wanted).streaming_content)
        assert Paper.objects.filter(document_id=bill.pk).count() == 4
        monkeypatch.setattr("billing.paper.keeping.draw_sheet", lambda *a, **k: pytest.fail("drawn twice"))
        for wanted in asked:
            b"".join(desk.get(url, wanted).streaming_content)


def test_every_kind_has_its_door(desk, sign_in, world, shop, bill):
    voucher = papers.receipt(bill, shop.by)
    documents = {
        "note-print": papers.note(bill, shop.by), "moneyreceipt-print": voucher,
        "refund-print": papers.refund(voucher, bill, shop.by, world.owner), "estimate-print": papers.estimate(bill, shop.by),
        "giftcard-print": papers.gift_card(bill, shop.by),
    }  # fmt: skip
    for name, document in documents.items():
        answer = desk.get(reverse(name, args=[document.pk]))
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert (answer.status_code, content[:5]) == (200, b"%PDF-"), name
        assert "no-store" in answer["Cache-Control"], name
    colleague = sign_in(world.colleague)
    for name, document in documents.items():
        assert colleague.get(reverse(name, args=[document.pk])).status_code == 404, name
    assert not Paper.objects.filter(document_id=documents["giftcard-print"].pk).exists()


def test_a_draft_and_what_was_brought_forward_have_no_paper(desk, shop):
    today = timezone.now()
    opening = Invoice.objects.create(
        branch=shop.branch, customer=shop.customer, status="issued", document="opening_due", number="OLD-1",
        issued_on=today.date() - datetime.timedelta(days=9), issued_at=today, issued_by=shop.by, created_by=shop.by,
        total=0,
    )  # fmt: skip
    for one in (shop.draft(shop.laser), opening):
        assert desk.get(reverse("invoice-print", args=[one.pk])).status_code == 404
