"""Branches, registrations, taxes in the administration."""

import datetime

import pytest
from django.contrib import admin
from django.db.models import F
from django.urls import reverse

from clinic.models import (
    AuditRow,
    Branch,
    BranchHours,
    Organisation,
    Registration,
    Resource,
    SeriesYear,
    TaxCategory,
)
from clinic.models.base import Editable
from inventory.models import Item, Supplier
from purchasing.models import BuyingRules
from staff.models import TimeOff
from tests import factories
from tests.factories.everything import one_of_everything
from tests.staff.admin_forms import errors_of, fill, save

LOOKED_AT = {TimeOff}  # marked and taken back in the calendar
EDITED = [model for model in admin.site._registry if issubclass(model, Editable) and model not in LOOKED_AT]


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


def change(of) -> str:
    return reverse(f"admin:{of._meta.label_lower.replace('.', '_')}_change", args=[of.pk])


def test_every_list_and_form_opens(owner, world):
    from django.contrib import admin

    for model, model_admin in admin.site._registry.items():
        base = f"admin:{model._meta.label_lower.replace('.', '_')}"
        assert owner.get(reverse(f"{base}_changelist")).status_code == 200, model
        assert owner.get(reverse(f"{base}_changelist"), {"q": "a\0b%'"}).status_code in (200, 302), model
        assert model_admin.search_fields, model
        assert owner.get(reverse(f"{base}_add")).status_code in (200, 403), model


def test_the_front_page_leads_to_what_has_pages_of_its_own(owner):
    page = owner.get(reverse("admin:index")).content.decode()
    assert all(reverse(name) in page for name in ("reason-list", "message-channels", "sign-in-rules"))


def test_a_page_of_the_admin_keeps_to_the_content_policy(owner, world):
    response = owner.get(change(world.branch))
    page = response.content.decode()
    assert " style=" not in page
    assert "<script>" not in page
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert "Back to the clinic" in page
    assert "css/admin.css" in page


class TestBranch:
    def test_the_administrator_changes_the_invoice_footer(self, owner, world):
        save(owner, change(world.branch), {"invoice_footer": "Thank you."})
        assert Branch.objects.get(pk=world.branch.pk).invoice_footer == "Thank you."

    def test_hours_change_under_the_lock_of_whoever_books(self, owner, world):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            save(owner, change(world.branch), {"hours-0-opens": "08:00"})
        assert BranchHours.objects.get(branch=world.branch, weekday=0).opens == datetime.time(8)
        texts = [query["sql"] for query in queries]
        lock = next(i for i, sql in enumerate(texts) if "pg_advisory_xact_lock" in sql)
        assert lock < next(i for i, sql in enumerate(texts) if 'UPDATE "clinic_branchhours"' in sql)

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"code": "9X"}, "capital letters"),
            ({"code": "LCI"}, "already exists"),
            ({"phone": "9876543210123456"}, "15 digits"),
            ({"postal_code": "0560"}, "six digits"),
            ({"hours-0-opens": "20:00"}, "in order"),
            ({"hours-1-weekday": "0"}, "duplicate"),
            ({"series-0-prefix": "abc"}, "capital letters"),
            ({"website": "javascript:alert(1)"}, "valid URL"),
        ],
    )
    def test_what_cannot_be_is_said_in_the_form(self, owner, world, changes, said):
        response = save(owner, change(world.branch), {"invoice_footer": "Typed"} | changes)
        page = response.content.decode()
        assert response.status_code == 200
        assert said in page
        assert "Typed" in page
        assert Branch.objects.get(pk=world.branch.pk).invoice_footer == ""

    def test_a_stale_form_is_told(self, owner, world):
        body = fill(owner, change(world.branch), {"invoice_footer": "Mine"})
        save(owner, change(world.branch), {"invoice_footer": "Theirs"})
        response = owner.post(change(world.branch), body)
        assert "Somebody else changed" in errors_of(response)
        assert "Mine" in response.content.decode()
        assert Branch.objects.get(pk=world.branch.pk).invoice_footer == "Theirs"

    @pytest.mark.parametrize("version", ["", "junk", "-1", "9" * 30])
    def test_a_damaged_version_is_stale_not_an_error(self, owner, world, version):
        response = save(owner, change(world.branch), {"version": version})
        assert response.status_code == 200

    def test_a_second_branch_is_opened_by_who_administers_everywhere(self, owner, world, sign_in):
        values = {
            "trade_name": "Linqs Koramangala", "legal_name": "Linqs", "code": "LCK", "address": "80 Feet Road",
            "registration": world.branch.registration_id, "city": "Bengaluru", "postal_code": "560034", "state": "29",
            "phone": "98765 43210", "slot_minutes": "15", "is_active": "on",
        }  # fmt: skip
        assert save(owner, "/admin/clinic/branch/add/", values).status_code == 302
        assert Branch.objects.get(code="LCK").organisation == world.branch.organisation
        local = sign_in(factories.person(world.branch, "administrator", username="local"))
        assert local.get("/admin/clinic/branch/add/").status_code == 403
        assert local.get(change(world.elsewhere)).status_code == 302


@pytest.mark.parametrize("model", EDITED, ids=lambda model: model._meta.label)
def test_every_stale_form_is_told_with_the_typed_kept(owner, world, model):
    """Somebody else saved between opening and saving, whatever the record is."""
    one_of_everything(world.branch, by=world.receptionist, name="Canary")
    Supplier.objects.create(organisation=world.branch.organisation, name="LaserTech")
    BuyingRules.objects.create(branch=world.branch)
    row = model.objects.first()
    address, now = change(row), model.objects.filter(pk=row.pk)
    body = fill(owner, address, {})
    now.update(version=F("version") + 1)
    before = AuditRow.objects.changes().count()
    response = owner.post(address, body)
    assert "Somebody else changed this record" in errors_of(response)
    typed = response.context["adminform"].form
    kept = {name: value for name, value in body.items() if name in typed.fields and value != "on"}
    kept.pop("version")
    assert {name: str(typed[name].value()) for name in kept} == kept
    assert AuditRow.objects.changes().count() == before
    assert owner.post(address, body | {"version": typed["version"].value()}).status_code == 302


class TestTwice:
    """Adding with a double click; an item's name, say, may occur twice, so nothing else would notice."""

    ADD = "/admin/inventory/item/add/"

    def body(self, owner, **changes) -> dict[str, str]:
        category = TaxCategory.objects.get(code="cosmetic_product").pk
        return fill(
            owner,
            self.ADD,
            {"name": "Serum", "category": "cream", "price": "500", "tax_category": category} | changes,
        )

    def test_a_double_click_adds_one(self, owner, world):
        body = self.body(owner)
        first, again = owner.post(self.ADD, body), owner.post(self.ADD, body)
        assert first.status_code == again.status_code == 302
        assert first["Location"] == again["Location"]
        assert Item.objects.filter(name="Serum").count() == 1

    def test_a_form_with_errors_may_be_corrected_and_sent_again(self, owner, world):
        body = self.body(owner, price="-1")
        response = owner.post(self.ADD, body)
        assert response.status_code == 422
        assert "negative" in errors_of(response)
        assert 'value="Serum"' in response.content.decode()
        assert owner.post(self.ADD, body | {"price": "500"}).status_code == 302

    def test_the_page_carries_a_key_where_something_is_added(self, owner, world):
        assert 'name="idempotency_key"' in owner.get(self.ADD).content.decode()
        assert 'name="idempotency_key"' not in owner.get(change(world.branch)).content.decode()


class TestRegistration:
    def test_a_wrong_check_digit_is_said(self, owner, world):
        response = save(owner, change(world.branch.registration), {"gstin": "29AABCL1234A1Z5"})
        assert "check character would be 4" in errors_of(response)

    def test_one_that_documents_carry_stays(self, owner, world):
        registration = world.branch.registration
        SeriesYear.objects.create(
            series=world.branch.series.first(), registration=registration, financial_year="2026-27", prefix="LCB",
            last_number=1,
        )  # fmt: skip
        save(owner, change(registration), {"gstin": "", "scheme": "unregistered", "valid_to": "2027-03-31"})
        now = Registration.objects.get(pk=registration.pk)
        assert (now.gstin, now.scheme) == ("29AABCL1234A1Z4", "regular")
        assert now.valid_to == datetime.date(2027, 3, 31)

    def test_a_new_one_belongs_to_the_organisation(self, owner, world):
        values = {"scheme": "unregistered", "state": "07", "valid_from": "2026-04-01"}
        assert save(owner, "/admin/clinic/registration/add/", values).status_code == 302
        assert Registration.objects.get(state="07").organisation == world.branch.organisation


class TestTaxes:
    @pytest.fixture
    def cream(self, world) -> TaxCategory:
        return TaxCategory.objects.get(code="cosmetic_product")

    def new_rule(self, client, category, **changes) -> dict[str, str]:
        row = {
            "valid_from": "2027-04-01",
            "treatment": "taxable",
            "rate": "5",
            "cess_rate": "0",
            "source": "Notification",
        }
        return fill(client, change(category), {}) | {"rules-2-TOTAL_FORMS": "1"} | {
            f"rules-2-0-{name}": value for name, value in (row | changes).items()
        }  # fmt: skip

    def test_a_new_rate_from_a_day_on(self, owner, world, cream):
        open_rule = cream.rules.get(valid_to=None)
        index = list(cream.rules.all()).index(open_rule)
        body = self.new_rule(owner, cream) | {f"rules-{index}-valid_to": "2027-04-01"}
        assert owner.post(change(cream), body).status_code == 302
        assert cream.rules.on(datetime.date(2027, 3, 31)).get() == open_rule
        made = cream.rules.on(datetime.date(2027, 4, 1)).get()
        assert (made.rate, made.confirmed_by) == (5, "Reena Sharma")

    def test_an_overlap_is_a_sentence_not_an_error_page(self, owner, world, cream):
        before = cream.rules.count()
        response = owner.post(change(cream), self.new_rule(owner, cream))
        assert "would hold on the same day" in errors_of(response)
        assert "Notification" in response.content.decode()
        assert cream.rules.count() == before

    @pytest.mark.parametrize(
        "changes",
        [
            {"rate": "41"},
            {"rate": "-1"},
            {"treatment": "exempt"},
            {"valid_to": "2027-03-01"},
            {"rate": "NaN"},
            {"source": ""},
        ],
    )
    def test_an_impossible_rule_is_refused(self, owner, world, cream, changes):
        before = cream.rules.count()
        assert owner.post(change(cream), self.new_rule(owner, cream, **changes)).status_code == 200
        assert cream.rules.count() == before

    def test_a_rule_there_is_only_ends(self, owner, world, cream):
        rule = cream.rules.first()
        save(owner, change(cream), {"rules-0-rate": "0", "rules-0-valid_from": "2001-01-01"})
        now = cream.rules.get(pk=rule.pk)
        assert (now.rate, now.valid_from) == (rule.rate, rule.valid_from)


class TestResources:
    def test_a_room_is_added_and_a_practitioner_is_not(self, owner, world):
        values = {"branch": world.branch.pk, "name": "Room 1", "minutes_before": "0", "minutes_after": "5"}
        assert save(owner, "/admin/clinic/resource/add/", values | {"kind": "room"}).status_code == 302
        assert (
            save(
                owner, "/admin/clinic/resource/add/", values | {"kind": "practitioner", "name": "X"}
            ).status_code
            == 422
        )
        assert not Resource.objects.filter(name="X").exists()

    def test_a_name_twice_is_said(self, owner, world):
        factories.device(world.branch, "Laser")
        values = {
            "branch": world.branch.pk,
            "kind": "device",
            "name": "Laser",
            "minutes_before": "0",
            "minutes_after": "0",
        }
        response = save(owner, "/admin/clinic/resource/add/", values | {"is_active": "on"})
        assert "already has one of that name" in errors_of(response)


def test_the_organisation_is_renamed_never_added(owner, world):
    organisation = Organisation.objects.get()
    save(owner, change(organisation), {"name": "Linqs Group"})
    assert Organisation.objects.get().name == "Linqs Group"
    assert owner.get("/admin/clinic/organisation/add/").status_code == 403


def test_the_way_in_is_in_the_menu_of_administrators_only(sign_in, world):
    assert 'href="/settings/"' in sign_in(world.owner).get("/customers/").content.decode()
    assert 'href="/admin/"' in sign_in(world.owner).get("/settings/").content.decode()
    assert 'href="/settings/"' not in sign_in(world.receptionist).get("/customers/").content.decode()
    assert sign_in(world.receptionist).get("/settings/").status_code == 403


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": "27"}, "for another State"),
        ({"upi_id": "not a upi id"}, "UPI address"),
    ],
)
def test_a_branch_that_could_not_bill_rightly_is_refused(owner, world, changes, said):
    response = save(owner, change(world.branch), changes)
    assert said in errors_of(response)
    world.branch.refresh_from_db()
    assert (world.branch.state, world.branch.upi_id) == ("29", "linqs@upi")
