"""The list of bills, one bill's page, the customer's panel, the search: what is shown to whom, and at what cost."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from billing import domain
from billing.domain import NewPayment
from billing.models import Invoice, Payment
from clinic import registries
from tests import factories


def text(response):
    return response.content.decode()


def pay(shop, invoice, amount=None):
    domain.collect(by=shop.by, invoice=invoice, payments=[NewPayment("cash", amount or invoice.due)])


def listed(client, **query):
    response = client.get(reverse("invoice-list"), query)
    assert response.status_code == 200
    return [str(invoice) for invoice in response.context["page"]]


@pytest.fixture
def bills(shop):
    """A paid one of Priya, a part paid one of Anjali, a draft of Priya, a discarded one."""
    anjali = factories.customer(shop.branch, shop.by, full_name="Anjali Singh")
    paid = shop.issue(shop.laser)
    pay(shop, paid)
    part = shop.issue(shop.gel, customer=anjali)
    pay(shop, part, Decimal(90))
    domain.discard(by=shop.by, invoice=shop.draft(shop.gel, customer=anjali))
    draft = shop.draft(shop.gel)
    return {"paid": paid.number, "part": part.number, "draft": str(draft)}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, ["draft", "part", "paid"]),
        ({"show": "unpaid"}, ["part"]),
        ({"show": "paid"}, ["paid"]),
        ({"show": "draft"}, ["draft"]),
        ({"q": "anjali"}, ["part"]),
        ({"q": "the number of", "number": "paid"}, ["paid"]),
        ({"q": "nobody"}, []),
        ({"since": "2000-01-01", "until": "2000-01-31"}, []),
        ({"sort": "total", "show": ""}, ["draft", "part", "paid"]),
        ({"sort": "-due"}, ["part", "draft", "paid"]),
        ({"sort": "number", "since": "2000-01-01"}, ["paid", "part"]),
        ({"show": "rubbish", "since": "never", "sort": "rubbish", "page": "99"}, ["draft", "part", "paid"]),
    ],
)
def test_what_is_listed(desk, bills, query, wanted):
    if "number" in query:
        query = {"q": bills[query["number"]].lower()}
    assert listed(desk, **query) == [bills[name] for name in wanted]


def test_htmx_gets_the_table_alone(desk, bills):
    found = text(desk.get(reverse("invoice-list"), headers={"HX-Request": "true", "HX-Target": "invoices"}))
    assert "<html" not in found
    assert bills["part"] in found


def test_another_branch_sees_none_of_it(sign_in, world, bills):
    assert listed(sign_in(world.colleague)) == []


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_and_for_thirty(desk, shop, django_assert_max_num_queries, count):
    for _ in range(count):
        shop.issue(shop.laser, customer=factories.customer(shop.branch, shop.by))
    with django_assert_max_num_queries(8):
        desk.get(reverse("invoice-list"))


def test_the_export_is_for_who_may_see_money_and_disarms_formulas(desk, sign_in, world, shop):
    shop.customer.full_name = "=HYPERLINK(1)"
    shop.customer.save()
    shop.issue(shop.laser)
    assert desk.get(reverse("invoice-export")).status_code == 403
    found = text(sign_in(world.owner).get(reverse("invoice-export")))
    assert "'=HYPERLINK(1)" in found
    assert "5310.00" in found


class TestOneBill:
    def test_it_shows_what_was_issued_and_a_code_for_what_is_due(self, desk, shop):
        invoice = shop.issue(shop.laser, shop.gel)
        found = text(desk.get(invoice.get_absolute_url()))
        assert "₹5,900.00" in found
        assert "B2026-012" in found
        assert 'class="qr"' in found
        pay(shop, invoice)
        assert 'class="qr"' not in text(desk.get(invoice.get_absolute_url()))

    def test_collecting_what_is_left(self, desk, shop):
        invoice = shop.issue(shop.laser)
        data = {"pay": "cash", "amount": "5310", "tendered": "5500", "idempotency_key": str(compat.uuid7())}
        response = desk.post(reverse("invoice-collect", args=[invoice.pk]), data, follow=True)
        assert "₹5,310.00 received. Give ₹190.00 back." in text(response)
        again = desk.post(reverse("invoice-collect", args=[invoice.pk]), data)
        assert again["Location"] == invoice.get_absolute_url()
        assert Payment.objects.count() == 1

    def test_more_than_is_due_is_told_beside_the_field_with_typed_kept(self, desk, shop):
        invoice = shop.issue(shop.laser)
        data = {
            "pay": "split",
            "split_cash": "5000",
            "split_upi": "400",
            "idempotency_key": str(compat.uuid7()),
        }
        response = desk.post(reverse("invoice-collect", args=[invoice.pk]), data)
        assert response.status_code == 422
        assert 'id="id_split_upi_error">Only ₹310.00 is due' in text(response)
        assert 'value="400"' in text(response)
        assert not Payment.objects.exists()

    @pytest.mark.parametrize(
        ("paid", "said"), [(True, "already paid in full"), (False, "Issue the invoice before")]
    )
    def test_what_can_not_be_collected_is_told_with_typed_kept(self, desk, shop, paid, said):
        """A colleague was quicker; or it was never issued."""
        invoice = shop.issue(shop.laser) if paid else shop.draft(shop.laser)
        if paid:
            domain.collect(by=shop.by, invoice=invoice, payments=[domain.NewPayment("cash", invoice.due)])
        data = {"pay": "upi", "amount": "100", "reference": "UTR 77", "idempotency_key": str(compat.uuid7())}
        response = desk.post(reverse("invoice-collect", args=[invoice.pk]), data)
        assert response.status_code == 422
        assert said in text(response)
        assert 'value="UTR 77"' in text(response)
        assert "Record payment" not in text(response)
        assert Payment.objects.count() == paid

    @pytest.mark.parametrize("amount", ["0", "-5", "abc", "1.234", "NaN", "1e999"])
    def test_nonsense_amounts(self, desk, shop, amount):
        invoice = shop.issue(shop.laser)
        data = {"pay": "card", "amount": amount, "idempotency_key": str(compat.uuid7())}
        assert desk.post(reverse("invoice-collect", args=[invoice.pk]), data).status_code == 422
        assert not Payment.objects.exists()

    def test_a_doctor_may_not_collect(self, sign_in, world, shop):
        invoice = shop.issue(shop.laser)
        client = sign_in(world.doctor.user)
        assert client.post(reverse("invoice-collect", args=[invoice.pk])).status_code == 403
        assert "Record payment" not in text(client.get(invoice.get_absolute_url()))

    def test_unknown_and_foreign_ids_are_not_found(self, sign_in, world, shop):
        invoice = shop.issue(shop.laser)
        client = sign_in(world.colleague)
        for key in (invoice.pk, compat.uuid7()):
            assert client.get(reverse("invoice-detail", args=[key])).status_code == 404
            data = {"idempotency_key": str(compat.uuid7())}
            assert client.post(reverse("invoice-collect", args=[key]), data).status_code == 404


def test_the_panel_of_a_customer(desk, sign_in, world, bills, shop):
    url = reverse("customer-invoices", args=[shop.customer.pk])
    found = text(desk.get(url, headers={"HX-Request": "true", "HX-Target": "customer-invoices"}))
    assert "<html" not in found
    assert bills["paid"] in found
    assert bills["part"] not in found
    assert "<html" in text(desk.get(url))
    assert sign_in(world.colleague).get(url).status_code == 404


def test_the_search_finds_any_part_of_a_number(world, bills):
    invoice = Invoice.objects.issued().first()
    number = invoice.number
    for part in (number, number.lower(), number[2:-1], number[-3:], number[-2:], number[:3]):
        assert invoice in Invoice.objects.visible_to(world.receptionist).numbered(part), part
    for part in (number + "9", "zzz", "%%%", "\\", "x" * 500):
        assert not Invoice.objects.numbered(part).exists(), part


def test_the_search_finds_a_number(world, bills):
    def found(user):
        provider = registries.search_providers(user)
        return [
            hit.title for each in provider for hit in each.search(user, "00002") if hit.kind == "Invoices"
        ]

    assert found(world.receptionist) == [bills["part"]]
    assert found(world.colleague) == []


def test_dates_are_those_of_the_branch(desk, shop):
    today = timezone.localdate(timezone=shop.branch.zone).isoformat()
    shop.issue(shop.laser)
    assert len(listed(desk, since=today, until=today)) == 1


def test_the_panel_owes_all_bills_not_only_those_shown(desk, shop):
    for _ in range(11):
        shop.issue(shop.laser)
    url = reverse("customer-invoices", args=[shop.customer.pk])
    assert "₹58,410.00" in text(
        desk.get(url, headers={"HX-Request": "true", "HX-Target": "customer-invoices"})
    )
