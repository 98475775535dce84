"""What must not be done at a desk that somebody left: asked again after five minutes, and carried on as it was typed."""

import datetime
import html
import re

import pytest
import time_machine
from django.utils import timezone

from billing.models import Invoice
from clinic.models import AuditRow
from staff import confirming
from staff.models import RoleHeld
from tests import factories
from tests.factories import everything, signs
from tests.test_permission_walk import OURS

RIGHT = factories.PASSWORD


@pytest.fixture
def later(sign_in, world):
    """The owner, ten minutes after signing in."""
    with time_machine.travel(timezone.now() - datetime.timedelta(minutes=10), tick=False) as clock:
        client = sign_in(world.owner)
        clock.shift(datetime.timedelta(minutes=10))
        yield client


@pytest.fixture
def bill(world):
    return everything.issued_invoice(world.branch, by=world.owner)


def cancel(client, bill, **more):
    body = {
        "reason": 'Wrong <b>person</b> & "words"',
        "idempotency_key": "0190aaaa-0000-7000-8000-000000000001",
    }
    return client.post(f"/billing/{bill.pk}/cancel/", body | more)


def hidden(page: str) -> dict[str, str]:
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in pairs if name != "csrfmiddlewaretoken"}


def status(bill) -> str:
    return Invoice.objects.get(pk=bill.pk).status


def test_just_after_signing_in_nothing_is_asked(sign_in, world, bill):
    assert cancel(sign_in(world.owner), bill).status_code == 302
    assert status(bill) == "cancelled"


def test_later_the_form_is_kept_and_goes_on_after_confirming(later, bill):
    asked = cancel(later, bill)
    assert asked.status_code == 422 and status(bill) == "issued"
    page = asked.content.decode()
    kept = hidden(page)
    assert kept["reason"] == 'Wrong <b>person</b> & "words"'
    assert f'action="/billing/{bill.pk}/cancel/"' in page
    done = later.post(f"/billing/{bill.pk}/cancel/", kept | {"confirm_proof": RIGHT})
    assert done.status_code == 302 and status(bill) == "cancelled"
    assert RIGHT not in str(AuditRow.objects.values_list("changed", flat=True)[:50])


def test_for_htmx_the_question_comes_into_the_dialog_and_leads_on_alike(later, bill):
    asked = later.post(
        f"/billing/{bill.pk}/cancel/", {"reason": "Wrong person", "idempotency_key": "0190aaaa-0000-7000-8000-000000000002"},
        headers={"HX-Request": "true", "HX-Target": "main"},
    )  # fmt: skip
    assert (asked["HX-Retarget"], asked["HX-Reswap"]) == ("#dialog", "innerHTML")
    page = asked.content.decode()
    assert "<html" not in page and "hx-post" not in page
    later.post(f"/billing/{bill.pk}/cancel/", hidden(page) | {"confirm_proof": RIGHT})
    assert status(bill) == "cancelled"


def test_wrong_ones_do_nothing_and_the_fifth_shuts_the_account(later, bill):
    for _ in range(4):
        again = cancel(later, bill, confirm_proof="mistyped-secret")
        assert again.status_code == 422 and "isn&#x27;t your password" in again.content.decode()
        assert hidden(again.content.decode())["reason"].startswith("Wrong")
        assert "mistyped-secret" not in again.content.decode()
    assert cancel(later, bill, confirm_proof="wrong").status_code == 429
    assert cancel(later, bill, confirm_proof=RIGHT).status_code == 422
    assert status(bill) == "issued"


def test_once_confirmed_five_minutes_go_unasked(later, bill, world):
    cancel(later, bill, confirm_proof=RIGHT)
    other = everything.issued_invoice(world.branch, by=world.owner)
    later.post(
        f"/billing/{other.pk}/cancel/",
        {"reason": "Too", "idempotency_key": "0190aaaa-0000-7000-8000-000000000003"},
    )
    assert status(other) == "cancelled"


def test_looking_at_the_form_is_not_asked(later, bill):
    assert later.get(f"/billing/{bill.pk}/cancel/").status_code == 200


def test_who_may_not_is_refused_before_anything_is_asked(desk, bill):
    session = desk.session
    del session[confirming.CONFIRMED]
    session.save()
    assert cancel(desk, bill).status_code == 403


class TestFiles:
    def test_a_file_leads_by_the_question(self, later, world):
        asked = later.get("/customers/export/?format=xlsx")
        assert asked["Location"] == "/confirm/?next=%2Fcustomers%2Fexport%2F%3Fformat%3Dxlsx"
        assert later.get("/customers/export/", headers={"HX-Request": "true"})["HX-Redirect"].startswith(
            "/confirm/"
        )
        assert not AuditRow.objects.filter(action="X").exists()
        page = later.get(asked["Location"]).content.decode()
        done = later.post("/confirm/", hidden(page) | {"confirm_proof": RIGHT})
        assert 'href="/customers/export/?format=xlsx"' in done.content.decode()
        assert later.get("/customers/export/?format=xlsx").status_code == 200

    @pytest.mark.parametrize(
        "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
    )
    def test_it_leads_on_within_the_clinic_only(self, later, wanted):
        page = later.get("/confirm/", {"next": wanted})
        assert hidden(page.content.decode())["next"] == "/"
        assert later.post("/confirm/", {"next": wanted, "confirm_proof": RIGHT})["Location"] == "/"


class TestWithAnAuthenticator:
    def test_the_code_is_asked_for_and_the_password_is_not_enough(self, later, world, bill):
        secret, _codes = signs.authenticator(world.owner)
        session = signs.session(world.owner)  # setting it up ends what was open
        assert session
        later.force_login(world.owner, backend="staff.backends.EmailOrUsername")
        kept = later.session
        kept[confirming.CONFIRMED] -= 600
        kept.save()
        assert cancel(later, bill, confirm_proof=RIGHT).status_code == 422
        code = signs.code(secret)
        assert cancel(later, bill, confirm_proof=code).status_code == 302
        assert status(bill) == "cancelled"
        kept = later.session
        kept[confirming.CONFIRMED] -= 600
        kept.save()
        assert later.post("/confirm/", {"next": "/", "confirm_proof": code}).status_code == 422, (
            "a code serves once"
        )


def test_a_role_is_not_given_at_a_desk_that_was_left(later, world):
    url = f"/admin/staff/user/{world.receptionist.pk}/change/"
    page = later.get(url)
    assert page.status_code == 200
    held = world.receptionist.roles_held.get()
    body = {
        "full_name": "Meena Joshi", "username": "meena", "email": "", "phone": "", "is_active": "on",
        "version": str(world.receptionist.version),
        "roles_held-TOTAL_FORMS": "2", "roles_held-INITIAL_FORMS": "1",
        "roles_held-0-id": str(held.pk), "roles_held-0-user": str(world.receptionist.pk),
        "roles_held-0-role": str(held.role_id), "roles_held-0-branch": str(held.branch_id),
        "roles_held-1-user": str(world.receptionist.pk), "roles_held-1-role": str(world.owner.roles_held.get().role_id),
        "roles_held-1-branch": str(world.branch.pk),
    }  # fmt: skip
    asked = later.post(url, body)
    assert asked.status_code == 422
    assert RoleHeld.objects.filter(user=world.receptionist).count() == 1
    assert later.post(url, hidden(asked.content.decode()) | {"confirm_proof": RIGHT}).status_code == 302
    assert RoleHeld.objects.filter(user=world.receptionist).count() == 2


#: Files that name no customer: stock, deliveries, what a house fills in or gets back from its own import.
NOBODY_IN_IT = {
    "stock-expiry-export", "stock-movements-export", "stock-valuation-export", "item-export", "import-template",
    "import-findings", "purchase-export",
}  # fmt: skip


def test_what_must_be_confirmed_is():
    kinds = {place.name: getattr(place.view, "confirmed", "") for place in OURS}
    assert kinds["refund-process"] == kinds["invoice-cancel"] == "changing"
    for name in ("role-new", "role-edit", "role-switch", "roleheld-take", "person-give-role", "person-new"):
        assert kinds[name] == "changing", name
    assert kinds["refund-online"] == kinds["refund-by-hand"] == "changing"
    assert kinds["authenticator-begin"] == kinds["pin-set"] == kinds["sign-in-rules"] == "changing"


def test_every_file_of_people_is_asked_about():
    """Found by what a view leaves in the audit, not by a list."""
    exporting = {place.name for place in OURS if getattr(place.view, "exports", False)}
    asked = {place.name for place in OURS if getattr(place.view, "confirmed", "") == "reading"}
    assert len(exporting) > 15
    assert exporting - asked == NOBODY_IN_IT
