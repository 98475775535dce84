"""The editor of a draft: adding by typing, figures while typing, what is told beside which field, one bill a click."""

from decimal import Decimal

import pytest
from django.urls import reverse
from uuid_utils import compat

from billing import domain
from billing.models import Invoice, InvoiceLine, Payment
from staff.models import Grant
from tests import factories

HTMX = {"HX-Request": "true", "HX-Target": "editor"}


def form_of(invoice, **changes):
    """What the page sends for a draft as it stands, with changes; keys of lines as "<n>-quantity"."""
    invoice.refresh_from_db()
    data = {"version": invoice.version, "idempotency_key": str(compat.uuid7()), "q": "", "pay": "cash"}
    lines = list(InvoiceLine.objects.filter(invoice=invoice).order_by("position"))
    for line in lines:
        data |= {
            f"line-{line.pk}-quantity": str(line.quantity),
            f"line-{line.pk}-unit_price": str(line.unit_price),
            f"line-{line.pk}-discount": "",
            f"line-{line.pk}-practitioner": "",
            f"line-{line.pk}-batch": "",
        }
    for name, value in changes.items():
        number, _, field = name.removeprefix("line").partition("_")
        data[f"line-{lines[int(number)].pk}-{field}" if name.startswith("line") else name] = value
    return data


def post(client, name, invoice, *more, headers=HTMX, **changes):
    data = changes.pop("data", None) or form_of(invoice, **changes)
    return client.post(reverse(name, args=[invoice.pk, *more]), data, headers=headers)


def text(response):
    return response.content.decode()


class TestBeginning:
    def test_a_button_begins_one_draft_however_often_it_is_pressed(self, desk, shop):
        body = {"customer": shop.customer.pk, "plan": shop.plan.pk}
        first, second = desk.post(reverse("invoice-new"), body), desk.post(reverse("invoice-new"), body)
        invoice = Invoice.objects.get()
        assert first["Location"] == second["Location"] == reverse("invoice-edit", args=[invoice.pk])
        assert [line.plan for line in invoice.lines.all()] == [shop.plan]

    def test_a_link_chooses_and_begins_nothing(self, desk, shop):
        page = text(desk.get(reverse("invoice-new"), {"customer": shop.customer.pk, "plan": shop.plan.pk}))
        assert f'name="customer" value="{shop.customer.pk}"' in page
        assert f'name="plan" value="{shop.plan.pk}"' in page
        assert not Invoice.objects.exists()

    def test_without_a_customer_it_asks(self, desk, shop):
        assert "customer-search" in text(desk.get(reverse("invoice-new")))
        response = desk.post(reverse("invoice-new"), {"customer": ""})
        assert (response.status_code, Invoice.objects.count()) == (422, 0)
        assert "Choose a customer" in text(response)

    def test_a_customer_of_another_branch_is_not_found(self, desk, world, shop):
        theirs = factories.customer(world.elsewhere, world.colleague)
        for ask in (desk.get, desk.post):
            assert ask(reverse("invoice-new"), {"customer": theirs.pk}).status_code == 404
        assert not Invoice.objects.exists()

    def test_an_inactive_customer_is_not_billed(self, desk, shop):
        shop.customer.is_active = False
        shop.customer.save()
        response = desk.post(reverse("invoice-new"), {"customer": shop.customer.pk})
        assert response.status_code == 422
        assert "inactive" in text(response)
        assert f'value="{shop.customer.full_name}"' in text(response)
        assert not Invoice.objects.exists()


class TestAdding:
    def test_suggestions_tell_price_and_stock(self, desk, shop):
        invoice = shop.draft()
        found = text(desk.get(reverse("invoice-choices", args=[invoice.pk]), {"q": "laser"}, headers=HTMX))
        assert "₹4,500.00" in found
        assert "Package, 8 sessions" in found
        assert "10 in stock" in found

    def test_what_is_typed_in_other_lines_is_kept(self, desk, shop):
        invoice = shop.draft(shop.laser)
        response = post(desk, "invoice-line-add", invoice, add=f"product:{shop.gel.pk}", line0_quantity="2")
        assert response.status_code == 200
        assert [line.quantity for line in invoice.lines.all()] == [2, 1]
        assert 'id="editor"' in text(response)
        assert "<html" not in text(response)

    def test_a_double_click_adds_one_line(self, desk, shop):
        invoice = shop.draft()
        data = form_of(invoice, add=f"treatment:{shop.laser.pk}")
        post(desk, "invoice-line-add", invoice, data=data)
        again = post(desk, "invoice-line-add", invoice, data=data)
        assert again["HX-Redirect"] == reverse("invoice-edit", args=[invoice.pk])
        assert invoice.lines.count() == 1

    def test_a_scanned_barcode_adds_by_enter_alone(self, desk, shop):
        shop.gel.barcode = "8901234567890"
        shop.gel.save()
        invoice = shop.draft()
        post(desk, "invoice-edit", invoice, q="8901234567890")
        assert invoice.lines.get().item == shop.gel

    def test_words_that_mean_several_things_offer_them(self, desk, shop):
        invoice = shop.draft()
        found = text(post(desk, "invoice-edit", invoice, q="laser"))
        assert f'value="plan:{shop.plan.pk}"' in found
        assert invoice.lines.count() == 0

    def test_without_htmx_it_redirects_to_the_editor(self, desk, shop):
        invoice = shop.draft()
        response = post(desk, "invoice-line-add", invoice, headers={}, add=f"treatment:{shop.laser.pk}")
        assert response["Location"] == reverse("invoice-edit", args=[invoice.pk])

    @pytest.mark.parametrize(
        "add", ["", "treatment:1", "nothing", "product:01a1f949-530a-721b-b7f9-1195412a69b6"]
    )
    def test_nonsense_is_refused(self, desk, shop, add):
        response = post(desk, "invoice-line-add", shop.draft(), add=add)
        assert response.status_code == 422
        assert "no longer on the menu" in text(response)

    def test_removing_a_line(self, desk, shop):
        invoice = shop.draft(shop.laser, shop.gel)
        line = invoice.lines.get(item=shop.gel)
        assert post(desk, "invoice-line-remove", invoice, line.pk).status_code == 200
        assert invoice.lines.get().treatment == shop.laser

    @pytest.mark.parametrize("words", ["\0", "a\0b", "word " * 2000])
    def test_odd_words_in_the_search_are_searched_for(self, desk, shop, words):
        invoice = shop.draft()
        assert desk.get(reverse("invoice-edit", args=[invoice.pk]), {"q": words}).status_code == 200
        assert post(desk, "invoice-edit", invoice, q=words).status_code == 200


class TestFigures:
    def test_a_preview_computes_and_saves_nothing(self, desk, shop):
        invoice = shop.draft(shop.laser, shop.gel)
        found = text(post(desk, "invoice-preview", invoice, line1_discount="10%", discount=""))
        assert "₹5,841.00" in found
        assert "Issue and collect ₹5,841.00" in found
        assert "<input" not in found  # nothing somebody may be typing in is replaced
        invoice.refresh_from_db()
        assert invoice.total == Decimal(5900)

    def test_change_is_told(self, desk, shop):
        found = text(post(desk, "invoice-preview", shop.draft(shop.gel), tendered="600"))
        assert "Change ₹10.00" in found

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"line0_quantity": "0"}, "above zero"),
            ({"line0_quantity": "-2"}, "above zero"),
            ({"line0_quantity": "abc"}, "Enter a number"),
            ({"line0_quantity": "11"}, "Only 10 left."),
            ({"line0_discount": "120%"}, "above 100"),
            ({"line0_discount": "501"}, "more than the amount"),
            ({"line0_discount": "ten"}, "such as 250 or 10%"),
            ({"line0_unit_price": "600"}, "above the MRP of ₹650.00"),
            ({"line0_discount": "1E+999999999"}, "such as 250 or 10%"),
            ({"discount": "120%"}, "above 100"),
            ({"discount": "1E+999999999%"}, "such as 250 or 10%"),
            ({"discount": "9999"}, "more than the amount"),
            ({"line0_quantity": "9" * 40}, "no more than"),
        ],
    )
    def test_what_is_wrong_is_told_while_typing_and_refused_at_issue_with_typed_kept(
        self, desk, shop, changes, sentence
    ):
        invoice = shop.draft(shop.gel)
        assert sentence in text(post(desk, "invoice-preview", invoice, **changes)).replace("&#x27;", "'")
        response = post(desk, "invoice-issue", invoice, **changes)
        assert response.status_code == 422
        assert sentence in text(response)
        assert f'value="{next(iter(changes.values()))}"' in text(response)
        invoice.refresh_from_db()
        assert invoice.is_draft
        assert invoice.lines.get().quantity == 1

    def test_an_expired_batch_is_told_beside_its_line(self, desk, shop):
        old = factories.batch(shop.gel, shop.branch, shop.by, quantity=5, days=-1, number="OLD")
        invoice = shop.draft(shop.gel)
        response = post(desk, "invoice-issue", invoice, line0_batch=str(old.pk))
        assert response.status_code == 422
        line = invoice.lines.get()
        assert f'id="told-{line.pk}" role="status">Batch OLD expired' in text(response)
        assert f'value="{old.pk}" selected' in text(response)
        invoice.refresh_from_db()
        assert (invoice.is_draft, Payment.objects.count(), line.batch_id) == (True, 0, None)

    def test_a_batch_of_another_product_can_not_be_slipped_in(self, desk, shop):
        other = factories.batch(factories.item(shop.branch), shop.branch, shop.by, quantity=5)
        response = post(desk, "invoice-edit", shop.draft(shop.gel), line0_batch=str(other.pk))
        assert response.status_code == 422


class TestIssuing:
    def test_issue_and_collect_in_one_step(self, desk, shop):
        invoice = shop.draft(shop.laser, shop.gel)
        response = post(desk, "invoice-issue", invoice, pay="split", split_cash="3,000", split_card="2900")
        assert response["HX-Redirect"] == reverse("invoice-detail", args=[invoice.pk])
        invoice.refresh_from_db()
        assert (invoice.is_issued, invoice.paid) == (True, Decimal(5900))
        assert {(p.mode, p.amount) for p in Payment.objects.all()} == {("cash", 3000), ("card", 2900)}

    def test_an_empty_amount_is_all_that_is_due(self, desk, shop):
        invoice = shop.draft(shop.laser)
        post(desk, "invoice-issue", invoice, pay="upi", reference="UTR 77")
        assert Payment.objects.get().amount == Decimal(5310)

    def test_later_takes_no_money(self, desk, shop):
        invoice = shop.draft(shop.laser)
        post(desk, "invoice-issue", invoice, pay="later")
        invoice.refresh_from_db()
        assert (invoice.is_issued, invoice.paid) == (True, 0)

    def test_too_much_money_issues_nothing_and_is_told_beside_the_amount(self, desk, shop):
        invoice = shop.draft(shop.laser)
        response = post(desk, "invoice-issue", invoice, pay="card", amount="5311")
        assert response.status_code == 422
        assert 'id="id_amount_error">Only ₹5,310.00 is due' in text(response)
        assert 'value="5311"' in text(response)
        invoice.refresh_from_db()
        assert (invoice.is_draft, Payment.objects.count()) == (True, 0)

    def test_a_double_click_makes_one_bill_and_one_payment(self, desk, shop):
        invoice = shop.draft(shop.laser)
        data = form_of(invoice)
        first = post(desk, "invoice-issue", invoice, data=data)
        again = post(desk, "invoice-issue", invoice, data=data)
        assert first["HX-Redirect"] == again["HX-Redirect"] == reverse("invoice-detail", args=[invoice.pk])
        assert (Invoice.objects.issued().count(), Payment.objects.count()) == (1, 1)

    def test_the_second_clerk_is_told(self, desk, shop):
        invoice = shop.draft(shop.laser)
        data = form_of(invoice)
        domain.issue(by=shop.by, invoice=invoice, version=invoice.version)
        response = post(desk, "invoice-issue", invoice, data=data)
        assert response.status_code == 409
        assert "already issued as LCB/" in text(response)

    def test_a_stale_form_is_told_and_keeps_what_is_typed(self, desk, shop):
        invoice = shop.draft(shop.laser)
        data = form_of(invoice, discount_reason="Regular", line0_quantity="3")
        domain.add_line(by=shop.by, invoice=invoice, version=invoice.version, what=shop.gel)
        response = post(desk, "invoice-edit", invoice, data=data)
        assert response.status_code == 422
        assert "Somebody else changed this invoice" in text(response)
        assert 'value="3"' in text(response)
        assert 'value="Regular"' in text(response)
        assert "Laser Cooling Gel" in text(response)

    def test_who_may_bill_but_not_collect_issues_without_money(self, desk, shop):
        Grant.objects.filter(permission="billing.collect").exclude(role__code="owner").delete()
        invoice = shop.draft(shop.laser)
        assert "Paid by" not in text(desk.get(reverse("invoice-edit", args=[invoice.pk])))
        assert post(desk, "invoice-issue", invoice).status_code == 403
        data = form_of(invoice)
        del data["pay"]
        assert post(desk, "invoice-issue", invoice, data=data).status_code == 200

    def test_a_free_bill_needs_no_payment(self, desk, shop):
        invoice = shop.draft(shop.laser)
        post(desk, "invoice-issue", invoice, line0_discount="100%")
        invoice.refresh_from_db()
        assert (invoice.total, invoice.is_issued, invoice.payment_state) == (0, True, "paid")


class TestDoors:
    NAMES = (
        "invoice-edit",
        "invoice-preview",
        "invoice-choices",
        "invoice-issue",
        "invoice-discard",
        "invoice-line-add",
    )

    def test_a_colleague_of_another_branch_finds_nothing(self, sign_in, world, shop):
        invoice = shop.draft(shop.laser)
        client = sign_in(world.colleague)
        for name in self.NAMES:
            ask = client.get if name in ("invoice-edit", "invoice-choices") else client.post
            data = {"idempotency_key": str(compat.uuid7())}
            assert ask(reverse(name, args=[invoice.pk]), data).status_code == 404, name

    def test_a_doctor_may_look_and_not_write(self, sign_in, world, shop):
        invoice = shop.draft(shop.laser)
        client = sign_in(world.doctor.user)
        assert client.get(reverse("invoice-edit", args=[invoice.pk])).status_code == 403
        assert client.post(reverse("invoice-issue", args=[invoice.pk])).status_code == 403
        assert client.get(reverse("invoice-detail", args=[invoice.pk])).status_code == 200

    def test_an_issued_bill_opens_as_it_is(self, desk, shop):
        invoice = shop.issue(shop.laser)
        response = desk.get(reverse("invoice-edit", args=[invoice.pk]))
        assert response["Location"] == reverse("invoice-detail", args=[invoice.pk])

    def test_discarding(self, desk, shop):
        invoice = shop.draft(shop.laser)
        assert desk.post(reverse("invoice-discard", args=[invoice.pk])).status_code == 302
        assert Invoice.objects.get().status == "discarded"
        assert desk.post(reverse("invoice-discard", args=[invoice.pk])).status_code == 409

    @pytest.mark.parametrize(
        ("version", "status"), [("9" * 5000, 302), ("²", 302), ("9" * 40, 409), ("0", 409)]
    )
    def test_discarding_what_was_changed_meanwhile(self, desk, shop, version, status):
        """A version that none can be counts as not sent; another than the draft's is stale."""
        invoice = shop.draft(shop.laser)
        response = desk.post(reverse("invoice-discard", args=[invoice.pk]), {"version": version})
        assert response.status_code == status


def test_the_editor_asks_the_database_as_often_for_nine_lines_as_for_one(
    desk, shop, django_assert_max_num_queries
):
    invoice = shop.draft(shop.gel)
    url = reverse("invoice-edit", args=[invoice.pk])
    with django_assert_max_num_queries(14) as for_one:
        desk.get(url)
    for _ in range(8):
        what = factories.item(shop.branch)
        factories.batch(what, shop.branch, shop.by, quantity=3)
        invoice.refresh_from_db()
        domain.add_line(by=shop.by, invoice=invoice, version=invoice.version, what=what)
    with django_assert_max_num_queries(len(for_one)):
        desk.get(url)
