"""A desk that several people share: changing over, confirming again, and a phone that shows codes."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from billing import domain as billing
from billing.models import Invoice, Refund
from staff import confirming, domain
from staff.models import Session
from staff.sign_in.sessions import SessionStore
from tests import factories
from tests.factories import everything, money, signs

START = re.compile(r":\d+/$")
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, username: str) -> None:
    page.goto("/sign-in/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(factories.PASSWORD)
    page.locator("form[data-sign-in] button").click()
    expect(page).not_to_have_url(re.compile(r"/sign-in/$"))


def some_time_later(user) -> None:
    """Whatever was confirmed in the open session of this person was ten minutes ago."""
    store = SessionStore(Session.objects.get(user=user).session_key)
    store[confirming.CONFIRMED] = store[confirming.CONFIRMED] - 600
    store.save()


def test_a_shared_desk(new_page, world):
    signs.allow_pins(world.branch)
    domain.set_pin(by=world.owner, pin="739164")
    domain.set_pin(by=world.receptionist, pin=signs.PIN)
    bill = everything.issued_invoice(world.branch, by=world.receptionist)
    page = new_page(phone=True)
    sign_in(page, "meena")
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "owner")
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Change over").click()
    row = page.get_by_role("listitem").filter(has_text="Meena Joshi")
    row.get_by_label("Meena Joshi").fill(signs.PIN)
    row.get_by_role("button", name="Change over").click()
    expect(page).to_have_url(START)
    assert Session.objects.get().user == world.receptionist
    page.goto("/sign-in/pin/")
    row = page.get_by_role("listitem").filter(has_text="Reena Sharma")
    row.get_by_label("Reena Sharma").fill("739164")
    row.get_by_role("button", name="Change over").click()
    expect(page).to_have_url(START)
    page.goto(f"/billing/{bill.pk}/cancel/")
    page.get_by_label("Reason").fill("Billed “twice” & <wrong>")
    page.locator("main form button[type=submit]").click()
    page.locator("[name=confirm_proof]").fill(factories.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile(f"/billing/{bill.pk}/$"))
    assert Invoice.objects.get(pk=bill.pk).status == "cancelled"


def test_a_page_that_was_left_open_empties_itself_when_the_session_is_over(new_page, world):
    person = factories.customer(world.branch, world.receptionist, full_name="Canary Zeta")
    page = new_page()
    page.clock.install()
    sign_in(page, "meena")
    page.goto(person.get_absolute_url())
    other = page.context.new_page()
    page.clock.fast_forward("50:00")
    other.goto("/account/")  # used in another window: it goes on
    page.clock.fast_forward("50:00")
    expect(page.locator("h1")).to_contain_text("Canary Zeta")
    Session.objects.update(seen_at=timezone.now() - timedelta(hours=2))
    page.clock.fast_forward("01:01:00")
    expect(page).to_have_url(re.compile(r"/sign-in/\?next=%2Fcustomers%2F"))
    expect(page.locator("body")).not_to_contain_text("Canary Zeta")


def test_a_refund_in_the_dialog_goes_on_after_confirming(new_page, world):
    customer = factories.customer(world.branch, world.receptionist)
    asked = money.one_of_each(world.branch, by=world.receptionist, customer=customer)["refund"]
    refund = Refund.objects.get(pk=asked)
    refund = billing.approve_refund(by=world.owner, refund=refund, version=refund.version)
    page = new_page(world.owner)
    page.goto(f"/billing/refunds/{refund.pk}/")
    some_time_later(world.owner)
    page.get_by_role("link", name="Pay out").click()
    dialog = page.locator("#dialog")
    dialog.get_by_role("button", name="Paid out").click()
    expect(dialog.get_by_role("heading", name="Is it you?")).to_be_visible()
    dialog.locator("[name=confirm_proof]").fill("not mine")
    dialog.get_by_role("button", name="Go on").click()
    expect(page.locator("main")).to_contain_text("That isn't your password.")
    page.locator("[name=confirm_proof]").fill(factories.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile(f"/billing/refunds/{refund.pk}/$"))
    refund.refresh_from_db()
    assert refund.status == Refund.Status.PROCESSED


def test_a_phone_that_shows_codes(new_page, world):
    page = new_page()
    sign_in(page, "meena")
    page.goto("/account/")
    page.get_by_role("link", name="Set up").click()
    page.get_by_role("button", name="Begin").click()
    secret = re.search(r"\b([A-Z2-7]{32})\b", page.locator("main").inner_text())
    page.get_by_label("Code").fill(signs.code(secret[1], steps=-1))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Recovery codes", level=1)).to_be_visible()
    page.get_by_role("link", name="I have them").click()
    page.locator("button.who").click()
    page.locator("#person").get_by_role("button", name="Sign out").click()
    sign_in(page, "meena")
    page.get_by_label("Code").fill(signs.code(secret[1]))
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(START)
    page.goto("/account/")
    expect(page.locator("main")).to_contain_text("10 left")
