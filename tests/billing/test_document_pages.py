"""The pages of notes, cancelling, estimates, discounts and closed books: what is typed stays, who may not is told."""

import datetime
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from billing.models import Estimate, Invoice, Note, PeriodLock
from packages import domain as packages
from staff.models import Role, User
from tests import factories
from tests.factories import documents


@pytest.fixture
def manager(world):
    """The owner in a browser of their own, beside the desk's."""
    client = Client()
    client.force_login(world.owner, backend="staff.backends.EmailOrUsername")
    return client


def send(client, name, pk=None, **body):
    url = reverse(name, args=[pk] if pk else [])
    return client.post(url, body | {"idempotency_key": str(compat.uuid7())})


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_credit_note_from_the_bill_to_its_own_page(manager, shop):
    invoice = shop.issue(shop.gel, shop.laser)
    assert "Credit note" in text_of(manager.get(invoice.get_absolute_url()))
    line = invoice.lines.get(item=shop.gel)
    typed = {"reason": "returned", f"line-{line.pk}-quantity": "1", f"line-{line.pk}-goods": "restock"}
    shown = manager.get(
        reverse("invoice-credit", args=[invoice.pk]), typed, headers={"HX-Request": "true", "HX-Target": "note-preview"}
    )  # fmt: skip
    assert "The note comes to ₹590.00" in text_of(shown)
    assert "<html" not in shown.content.decode()
    done = send(manager, "invoice-credit", invoice.pk, **typed)
    note = Note.objects.get()
    assert done["Location"] == note.get_absolute_url()
    assert "Back on the shelf" in text_of(manager.get(note.get_absolute_url()))
    assert note.number in text_of(manager.get(invoice.get_absolute_url()))


def test_what_was_typed_stays_with_the_refusal_beside_it(manager, shop):
    invoice = shop.issue(shop.laser)
    line = invoice.lines.get()
    response = send(
        manager, "invoice-credit", invoice.pk, reason="too_high", detail="Bargained", **{f"line-{line.pk}-amount": "9,999"}
    )  # fmt: skip
    assert response.status_code == 422
    words = response.content.decode()
    assert "Only ₹5,310.00 of this line can still be credited." in words
    assert 'value="9,999"' in words
    assert "Bargained" in words
    assert not Note.objects.exists()


@pytest.mark.parametrize("amount", ["abc", "-5", "1e400", "NaN", "0"])
def test_figures_that_are_none_are_told(manager, shop, amount):
    invoice = shop.issue(shop.laser)
    line = invoice.lines.get()
    response = send(
        manager, "invoice-credit", invoice.pk, reason="too_high", **{f"line-{line.pk}-amount": amount}
    )
    assert response.status_code == 422
    assert not Note.objects.exists()


def test_nothing_chosen_is_told(manager, shop):
    response = send(manager, "invoice-credit", shop.issue(shop.laser).pk, reason="too_high")
    assert response.status_code == 422
    assert "Choose what is credited" in text_of(response)


def test_all_of_it_fills_in_what_is_left(manager, shop):
    invoice = shop.issue(shop.laser)
    page = manager.get(reverse("invoice-credit", args=[invoice.pk]) + "?whole").content.decode()
    assert re.search(
        r'name="line-[^"]+-quantity"[^>]*value="1"|value="1"[^>]*name="line-[^"]+-quantity"', page
    )


def test_a_debit_note(manager, shop):
    invoice = shop.issue(shop.laser)
    line = invoice.lines.get()
    send(manager, "invoice-debit", invoice.pk, reason="too_low", **{f"line-{line.pk}-amount": "118"})
    invoice.refresh_from_db()
    assert invoice.debited == 118


def test_a_bill_is_cancelled_with_its_reason_shown(manager, shop):
    invoice = shop.issue(shop.gel)
    page = text_of(manager.get(reverse("invoice-cancel", args=[invoice.pk])))
    assert "goes back on the shelf" in page
    assert send(manager, "invoice-cancel", invoice.pk, reason="").status_code == 422
    done = send(manager, "invoice-cancel", invoice.pk, reason="Wrong customer")
    shown = text_of(manager.get(done["Location"]))
    assert "Cancelled" in shown
    assert "Wrong customer" in shown
    assert manager.get(reverse("invoice-cancel", args=[invoice.pk])).status_code == 302


def test_a_package_is_given_back_from_its_own_page(manager, shop):
    invoice = shop.issue(shop.plan)
    package = invoice.lines.get().enrolment
    page = manager.get(reverse("enrolment-detail", args=[package.pk])).content.decode()
    assert reverse("enrolment-credit", args=[package.pk]) in page
    assert "₹36,000.00" in text_of(manager.get(reverse("enrolment-credit", args=[package.pk])))
    send(manager, "enrolment-credit", package.pk, reason="Moves away")
    package.refresh_from_db()
    assert (package.status, Note.objects.get().total) == ("returned", Decimal(42480))


def test_one_that_no_bill_sold_leads_to_the_page_without_a_note(manager, shop):
    other = packages.enrol(
        by=shop.by, branch=shop.branch, customer=shop.customer, plan=shop.plan, value=Decimal(1), on=timezone.localdate()
    )  # fmt: skip
    response = manager.get(reverse("enrolment-credit", args=[other.pk]))
    assert response["Location"] == reverse("enrolment-give-back", args=[other.pk])


def test_an_estimate_and_the_bill_made_of_it(desk, shop):
    draft = shop.draft(shop.laser)
    made = send(desk, "invoice-estimate", draft.pk)
    estimate = Estimate.objects.get()
    assert made["Location"] == estimate.get_absolute_url()
    page = text_of(desk.get(estimate.get_absolute_url()))
    assert "₹5,310.00" in page
    assert "valid until" in page
    billed = send(desk, "estimate-bill", estimate.pk)
    new = Invoice.objects.drafts().exclude(pk=draft.pk).get()
    assert billed["Location"] == reverse("invoice-edit", args=[new.pk])


def test_a_discount_is_asked_for_and_agreed_to(desk, manager, shop, client):
    Role.objects.filter(code="receptionist").update(discount_cap=10)
    draft = documents.draft(shop.branch, shop.by, shop.laser, percent=20)
    assert "Ask for the discount of 20" in text_of(desk.get(reverse("invoice-edit", args=[draft.pk])))
    send(desk, "invoice-ask-discount", draft.pk)
    assert "Discount asked for" in text_of(desk.get(draft.get_absolute_url()))
    assert desk.get(reverse("discount-requests")).status_code == 403
    page = manager.get(reverse("discount-requests"))
    assert draft.customer.full_name in text_of(page)
    draft.refresh_from_db()
    assert send(manager, "invoice-allow-discount", draft.pk, version=draft.version).status_code == 302
    draft.refresh_from_db()
    assert draft.discount_allowed == 20


def test_declining_says_why_to_who_asked(desk, manager, shop):
    draft = documents.asked(shop.branch, shop.by, shop.laser)
    seen = {"version": draft.version}
    assert send(manager, "invoice-decline-discount", draft.pk, answer="", **seen).status_code == 422
    send(manager, "invoice-decline-discount", draft.pk, answer="Too much", **seen)
    assert "The discount was declined: Too much" in text_of(
        desk.get(reverse("invoice-edit", args=[draft.pk]))
    )


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_of_requests_asks_the_database_the_same_for_one_and_thirty(
    manager, shop, django_assert_max_num_queries, rows
):
    for number in range(rows):
        documents.asked(shop.branch, shop.by, shop.laser, name=f"Guest {number}")
    with django_assert_max_num_queries(16):
        assert manager.get(reverse("discount-requests")).status_code == 200


def test_books_are_closed_and_opened(manager, shop):
    yesterday = timezone.localdate(timezone=shop.branch.zone) - datetime.timedelta(days=1)
    tomorrow = yesterday + datetime.timedelta(days=2)
    refused = send(manager, "period-close", until=tomorrow, reason="Early")
    assert refused.status_code == 422
    assert "choose one before today" in text_of(refused)
    assert f'value="{tomorrow}"' in refused.content.decode()
    send(manager, "period-close", until=yesterday, reason="Filed")
    assert "are closed up to" in text_of(manager.get(reverse("period-close")))
    send(manager, "period-open", **{"open-until": "", "open-reason": "Forgotten bill"})
    assert PeriodLock.closed_until(shop.branch.registration) is None


def test_rules_out_of_range_and_stale_ones_are_told(manager, shop):
    rules = dict(
        re.findall(
            r'name="(\w+)"[^>]* value="([^"]*)"', manager.get(reverse("billing-rules")).content.decode()
        )
    )
    rules = {key: value for key, value in rules.items() if not key.startswith("csrf")}
    assert send(manager, "billing-rules", **rules | {"backdate_days": "31"}).status_code == 422
    assert send(manager, "billing-rules", **rules | {"backdate_days": "5"}).status_code == 302
    assert send(manager, "billing-rules", **rules | {"backdate_days": "6"}).status_code == 422


def test_the_desk_neither_cancels_nor_credits_unless_its_role_says_so(shop, client):
    nobody = factories.person(shop.branch, "therapist")
    client.force_login(User.objects.get(pk=nobody.pk), backend="staff.backends.EmailOrUsername")
    for name in ("invoice-cancel", "invoice-credit", "invoice-debit"):
        assert client.get(reverse(name, args=[shop.issue(shop.laser).pk])).status_code == 403
