"""The life of a package at the desk's width and on a phone: sold, used, taken back, frozen, given on, and what is owed."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from billing.models import Invoice
from packages import domain
from packages.models import Enrolment, Plan
from tests import factories
from tests.journeys.test_every_page import wrong

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])


@pytest.fixture
def laser(world):
    return factories.treatment(world.branch, name="Laser Hair Removal")


@pytest.fixture
def priya(world):
    return factories.customer(
        world.branch, world.receptionist, full_name="Priya Mehta", allergies="Lidocaine"
    )


@pytest.fixture
def plan(laser):
    return factories.plan(laser, name="Full body", session_count=3, price=Decimal(9000))


@pytest.fixture
def bought(world, plan, priya):
    return domain.enrol(
        by=world.receptionist, branch=world.branch, customer=priya, plan=plan, value=plan.price
    )


def choose(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Customer").or_(
        page.get_by_role("combobox", name="To whom")
    ).first.fill(name)
    page.get_by_role("option", name=name).click()


@BOTH
def test_a_package_is_made_and_sold(new_page, world, laser, priya, phone):
    owner = new_page(world.owner, phone=phone)
    owner.goto("/packages/plans/")
    owner.get_by_role("link", name="New plan").click()
    owner.locator("#id_name").fill("Full body, eight times")
    owner.locator("#id_treatment").select_option("Laser Hair Removal")
    owner.get_by_label("Sessions").fill("8")
    owner.locator("#id_price").fill("36000")
    part = owner.get_by_role("group", name="Component 1")
    part.get_by_label("Name").fill("SPF shield")
    part.get_by_role("checkbox", name="Add-on").check()
    part.get_by_label("Price as an add-on").fill("900")
    assert wrong(owner, "new plan", phone) == []
    owner.get_by_role("button", name="Put on sale").click()
    expect(owner.get_by_text("Full body, eight times is on sale.")).to_be_visible()
    assert wrong(owner, "plan", phone) == []

    page = new_page(world.receptionist, phone=phone)
    page.goto("/packages/sell/")
    choose(page, "Priya Mehta")
    page.get_by_label("Package").select_option(label="Full body, eight times · 8 × · ₹36,000.00")
    expect(page.get_by_text("₹42,480.00")).to_be_visible()
    expect(page.get_by_text("Lidocaine")).to_be_visible()
    page.get_by_label("SPF shield").check()
    expect(page.get_by_text("₹43,542.00")).to_be_visible()
    assert wrong(page, "sell", phone) == []
    page.get_by_role("button", name="Begin the invoice").click()
    expect(page.get_by_text("Full body, eight times with SPF shield").first).to_be_visible()
    line = Invoice.objects.get().lines.get()
    assert (line.plan, line.unit_price) == (Plan.objects.get(), 36900)


@BOTH
def test_what_is_paid_by_session_is_enrolled_at_once(new_page, world, laser, priya, phone):
    plan = factories.plan(laser, name="By the session", payment="per_session")
    page = new_page(world.receptionist, phone=phone)
    page.goto(f"/packages/sell/?plan={plan.pk}&customer={priya.pk}")
    page.get_by_role("button", name="Enrol", exact=True).click()
    expect(page.get_by_text("Priya Mehta has By the session now.")).to_be_visible()
    expect(page.get_by_role("list", name="0 of 8 sessions done")).to_be_visible()


@BOTH
def test_a_session_is_used_and_taken_back(new_page, world, bought, phone):
    page = new_page(world.doctor.user, phone=phone)
    page.goto(f"/packages/{bought.pk}/")
    assert wrong(page, "enrolment", phone) == []
    page.get_by_role("link", name="Complete session 1").first.click()
    page.get_by_label("Note").fill("Well tolerated")
    assert wrong(page, "redeem", phone) == []
    page.get_by_role("button", name="Complete session 1").click()
    expect(page.get_by_text("Session 1 of Full body is completed.")).to_be_visible()
    expect(page.get_by_role("list", name="1 of 3 sessions done")).to_be_visible()
    expect(page.get_by_text("Well tolerated").first).to_be_visible()
    page.get_by_role("link", name="Take back session 1").click()
    page.get_by_label("Reason").fill("The wrong person")
    assert wrong(page, "undo", phone) == []
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Session 1 is taken back.")).to_be_visible()
    expect(page.get_by_role("list", name="0 of 3 sessions done")).to_be_visible()
    expect(page.get_by_text("The wrong person")).to_be_visible()


@BOTH
def test_a_package_rests_and_is_given_on(new_page, world, bought, phone):
    sister = factories.customer(world.branch, world.receptionist, full_name="Anjali Mehta")
    page = new_page(world.receptionist, phone=phone)
    page.goto(f"/packages/{bought.pk}/")
    page.get_by_role("link", name="Freeze").click()
    page.wait_for_load_state("load")  # the preview listens then
    until = timezone.localdate() + datetime.timedelta(days=30)
    page.get_by_label("Usable again from").fill(until.isoformat())
    page.get_by_label("Usable again from").blur()
    expect(page.get_by_text("Valid to, then")).to_be_visible()
    page.get_by_label("Reason").fill("Travels")
    assert wrong(page, "freeze", phone) == []
    page.get_by_role("button", name="Freeze").click()
    expect(page.get_by_text("Full body is frozen.")).to_be_visible()
    page.get_by_role("button", name="Unfreeze").click()
    expect(page.get_by_text("Full body can be used again.")).to_be_visible()
    page.get_by_role("link", name="Transfer").click()
    choose(page, "Anjali Mehta")
    page.get_by_label("Reason").fill("To her sister")
    assert wrong(page, "transfer", phone) == []
    page.get_by_role("button", name="Transfer").click()
    expect(page.get_by_text("belongs to Anjali Mehta now")).to_be_visible()
    assert Enrolment.objects.get(customer=sister).came_from == bought


@BOTH
def test_what_is_owed_is_read_and_its_rows_opened(new_page, world, bought, phone):
    page = new_page(world.owner, phone=phone)
    page.goto("/packages/")
    page.get_by_role("link", name="Sessions owed").click()
    expect(page.get_by_text("ties to the paisa")).to_be_visible()
    assert wrong(page, "liability", phone) == []
    page.get_by_role("link", name="Priya Mehta").click()
    expect(page.get_by_role("heading", name="Ledger")).to_be_visible()
    assert wrong(page, "ledger", phone) == []
