"""The papers: every field of Rule 46, what is paid and due, kept once, there on the first click."""

import datetime
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from billing import domain, paper
from billing.domain import BillTerms, NewPayment
from billing.models import Invoice, Paper
from clinic import events, press
from clinic.models import Event, Registration, Resource
from inventory.models import Batch
from packages.models import Enrolment
from tests import factories


def words_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def printed(client, invoice, form="a4") -> str:
    response = client.get(reverse("invoice-print", args=[invoice.pk]), {"format": form})
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    return words_of(b"".join(response.streaming_content))  # which closes the file too


def pay(shop, invoice, *payments):
    domain.collect(by=shop.by, invoice=invoice, payments=list(payments))


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_every_field_of_rule_46_stands_on_a_tax_invoice(desk, shop):
    invoice = shop.issue(shop.laser, shop.gel)
    found = printed(desk, invoice)
    day = timezone.localdate(timezone=shop.branch.zone)
    for field in (
        "Tax invoice",
        "Linqs Cosmetology Clinic", "14-B, MG Road, Bengaluru 560001", "29AABCL1234A1Z4",  # (a)
        invoice.number,  # (b)
        f"{day.day} {day:%b %Y}",  # (c)
        "Priya Mehta",  # (f), without the address that nobody asked for
        "999722", "330499",  # (g)
        "Laser Hair Removal session", "Laser Cooling Gel",  # (h)
        "1 NOS",  # (i)
        "₹5,900.00",  # (j)
        "Taxable value 5,000.00", "4,500.00", "500.00",  # (k)
        "18 % (9 % + 9 %)", "CGST 9 % 450.00", "SGST 9 % 450.00",  # (l), (m)
        "Karnataka (29)",  # (n)
        "Reverse charge No",  # (p)
        "Authorised signatory",  # (q)
        "Rupees Five Thousand Nine Hundred Only",
        "Batch B2026-012",
        "Original for recipient",
    ):  # fmt: skip
        assert field in found, field
    assert "Hill Road" not in found
    assert "Mumbai" not in found


def test_an_unpaid_bill_carries_a_code_for_exactly_what_is_due(desk, shop):
    invoice = shop.issue(shop.laser)
    pay(shop, invoice, NewPayment("cash", Decimal(310)))
    found = printed(desk, invoice)
    assert "Scan to pay exactly ₹5,000.00" in found
    assert "Due ₹5,000.00" in found
    assert "PAID" not in found.upper().replace("PAID BY", "")


def test_a_paid_bill_carries_its_mark_with_the_modes_and_no_code(desk, shop):
    invoice = shop.issue(shop.laser, shop.gel)
    pay(shop, invoice, NewPayment("cash", Decimal(3000)), NewPayment("card", Decimal(2900)))
    found = printed(desk, invoice)
    assert "PAID · CASH · CARD" in found.upper()
    assert "Scan to pay" not in found


def test_a_bill_of_fifty_thousand_names_the_buyer_in_full(desk, shop):
    found = printed(desk, shop.issue(factories.plan(shop.laser, price=Decimal(50_000))))
    for field in ("Priya Mehta", "12 Hill Road, Mumbai 400050", "State Maharashtra (27)", "Karnataka (29)"):
        assert field in found


def test_goods_to_another_state_print_igst_and_where_they_were_delivered(desk, shop):
    invoice = shop.draft(shop.gel)
    terms = BillTerms(print_address=True)
    invoice = domain.edit(by=shop.by, invoice=invoice, version=invoice.version, terms=terms, lines={})
    found = printed(desk, domain.issue(by=shop.by, invoice=invoice, version=invoice.version))
    for field in ("Maharashtra (27)", "IGST 18 % 90.00", "Delivered over the counter"):
        assert field in found
    assert "CGST" not in found


def test_a_business_is_printed_with_gstin_and_address(desk, shop):
    firm = factories.customer(
        shop.branch,
        shop.by,
        full_name="Glow Studio",
        gstin="29AABCL1234A1Z4",
        address="1 Park Road",
        state="29",
    )
    found = printed(desk, shop.issue(shop.gel, customer=firm))
    assert found.count("29AABCL1234A1Z4") == 2
    assert "1 Park Road" in found


@pytest.mark.parametrize(
    ("scheme", "title", "legend"),
    [
        ("composition", "Bill of supply", "not eligible to collect tax on supplies"),
        ("unregistered", "Bill", ""),
    ],
)
def test_who_may_not_collect_tax_prints_none(desk, shop, scheme, title, legend):
    Registration.objects.update(scheme=scheme, gstin="" if scheme == "unregistered" else factories.GSTIN)
    shop.branch.refresh_from_db()
    found = printed(desk, shop.issue(shop.gel))
    assert title in found
    assert legend in found
    assert "Tax invoice" not in found
    assert "CGST" not in found
    assert ("GSTIN" in found) is (scheme == "composition")


def test_a_package_tells_its_sessions(desk, shop):
    assert "Package of 8 sessions · valid until" in printed(desk, shop.issue(shop.plan))


def test_the_slip_is_cut_to_its_length(desk, shop):
    invoice = shop.issue(shop.laser, shop.gel)
    found = printed(desk, invoice, "slip")
    for field in (
        invoice.number,
        "29AABCL1234A1Z4",
        "CGST 9 % 450.00",
        "₹5,900.00",
        "330499",
        "Karnataka (29)",
    ):
        assert field in found
    with Paper.objects.get(format="slip").file.open() as file:
        box = PdfReader(file).pages[0].mediabox
    assert round(box.width / 72 * 25.4) == 80
    assert 90 < box.height / 72 * 25.4 < 220


def test_forty_lines_go_over_pages_and_all_stand_there(desk, shop):
    things = [factories.treatment(shop.branch, name=f"Procedure number {n}") for n in range(40)]
    invoice = shop.issue(*things)
    found = printed(desk, invoice)
    assert all(f"Procedure number {n}" in found for n in range(40))
    assert "Page 1 of 2" in found or "Page 1 of 3" in found
    assert f"{invoice.total:,.2f}"[-6:] in found


class TestKept:
    def test_one_file_for_one_state_of_payment(self, desk, shop, monkeypatch):
        invoice = shop.issue(shop.laser)
        printed(desk, invoice)
        monkeypatch.setattr("billing.paper.keeping.draw_sheet", lambda *a, **k: pytest.fail("drawn twice"))
        printed(desk, invoice)
        assert Paper.objects.count() == 1

    def test_a_payment_makes_another(self, desk, shop):
        invoice = shop.issue(shop.laser)
        printed(desk, invoice)
        pay(shop, invoice, NewPayment("cash", Decimal(5310)))
        assert "PAID" in printed(desk, invoice).upper()
        assert Paper.objects.count() == 2

    def test_a_lost_file_is_drawn_again(self, desk, shop):
        invoice = shop.issue(shop.laser)
        printed(desk, invoice)
        kept = Paper.objects.get()
        kept.file.storage.delete(kept.file.name)
        assert invoice.number in printed(desk, invoice)

    def test_what_changes_later_does_not_change_the_paper(self, desk, shop):
        invoice = shop.issue(shop.laser)
        shop.branch.trade_name, shop.branch.address = "Renamed", "Elsewhere"
        shop.branch.save()
        shop.customer.full_name = "Priya Kulkarni"
        shop.customer.save()
        found = printed(desk, invoice)
        assert "Linqs Cosmetology Clinic" in found
        assert "Priya Mehta" in found
        assert "Renamed" not in found

    def test_the_worker_warms_it_from_the_event(self, shop):
        invoice = shop.issue(shop.laser)
        events.deliver(Event.objects.get(verb="invoice.issued").pk)
        assert Paper.objects.get().document_id == invoice.pk
        pay(shop, invoice, NewPayment("cash", Decimal(5310)))
        events.deliver(Event.objects.get(verb="payment.received").pk)
        assert Paper.objects.filter(state="5310.00").count() == 1


class TestDoors:
    def test_printing_is_a_permission(self, sign_in, world, shop):
        invoice = shop.issue(shop.laser)
        url = reverse("invoice-print", args=[invoice.pk])
        assert sign_in(world.doctor.user).get(url).status_code == 403
        assert sign_in(world.colleague).get(url).status_code == 404

    def test_a_draft_is_not_printed(self, desk, shop):
        assert desk.get(reverse("invoice-print", args=[shop.draft(shop.laser).pk])).status_code == 404

    def test_the_page_fetches_nothing(self, shop, monkeypatch):
        """A name that holds markup is text, and no address is opened while drawing."""
        shop.customer.full_name = '<img src="file:///etc/passwd"><link rel=stylesheet href=http://x>'
        shop.customer.save()
        invoice = Invoice.objects.get(pk=shop.issue(shop.laser).pk)
        content = paper.draw(invoice, Paper.Format.A4)
        assert '<img src="file' in words_of(content)
        with pytest.raises(ValueError, match="disallowed"):
            press._nothing_from_outside().fetch("file:///etc/passwd")


def test_a_later_paper_says_what_was_true_on_the_day_of_issue(desk, shop, world):
    invoice = shop.draft(shop.plan, shop.gel)
    domain.add_line(
        by=shop.by, invoice=invoice, version=invoice.version, what=shop.laser, practitioner=world.doctor
    )
    invoice.refresh_from_db()
    invoice = domain.issue(by=shop.by, invoice=invoice, version=invoice.version)
    before = printed(desk, invoice)
    enrolment = Enrolment.objects.get(customer=shop.customer)
    assert f"valid until {enrolment.valid_until.day} {enrolment.valid_until:%b %Y}" in before
    Enrolment.objects.update(valid_until=enrolment.valid_until + datetime.timedelta(days=90), session_count=9)
    Batch.objects.update(number="RENAMED", expires_on=None)
    Resource.objects.update(name="Dr. Married Since")
    Paper.objects.all().delete()
    assert printed(desk, invoice) == before
    shown = desk.get(invoice.get_absolute_url()).content.decode()
    assert "B2026-012" in shown and "Married" not in shown
