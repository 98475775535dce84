"""The desk's people: a double is told while typing, a family, the list with its filters and kept views, the search."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from customers import domain
from customers.models import Customer
from staff.models import SavedView
from tests import factories

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.past_the_verbs("active packages of customers", "invoices"),
]


@pytest.fixture
def preethi(world) -> Customer:
    one = factories.customer(
        world.branch, world.receptionist, full_name="Preethi Mehta", phone="+919876543210",
        allergies="Nickel and latex", alert="Faints at needles",
    )  # fmt: skip
    domain.note_standing(customer_id=one.pk, due=2800, active_packages=1)
    for name in ("Neha Patel", "Zoya Ansari"):
        factories.customer(world.branch, world.receptionist, full_name=name)
    return one


def sound(page: Page) -> None:
    """Nothing for axe to find, and no sideways scrolling."""
    found = Axe().run(page, options={"preload": False}).response["violations"]
    assert [each["id"] for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_daughter_is_registered_as_one_of_the_family(new_page, world, preethi, phone):
    page = new_page(world.receptionist, phone=phone)
    page.goto("/customers/new/")
    main = page.locator("main")
    main.get_by_label("Full name").fill("Priti Mehtha")
    expect(main.locator("#phone-known")).to_contain_text("similar name")
    main.locator("#id_full_name").fill("Anu Mehta")
    main.locator("#id_phone").fill("98765 43210")
    expect(main.locator("#phone-known")).to_contain_text("same phone")
    expect(main.locator("#phone-known")).to_contain_text("•••• 3210")
    main.get_by_label("Female", exact=True).check()
    main.get_by_label("or age, years").fill("9")
    main.get_by_text("Family and emergency").click()
    main.locator("#guardian-search").fill("preethi")
    page.get_by_role("option", name="Preethi Mehta").click()
    main.get_by_label("Guardian is").fill("Mother")
    sound(page)
    main.get_by_role("button", name="Register", exact=True).click()
    main.get_by_role("button", name="Register, one family with Preethi").click()
    expect(page.get_by_role("heading", name="Anu Mehta")).to_be_visible()
    card = page.locator("#customer-household")
    expect(card).to_contain_text("Guardian, Mother")
    expect(card).to_contain_text("Household")
    anu = Customer.objects.get(full_name="Anu Mehta")
    assert anu.birth_is_estimated
    assert (anu.guardian, anu.household_id) == (preethi, Customer.objects.get(pk=preethi.pk).household_id)
    sound(page)
    card.get_by_role("button", name="Leave the household").click()
    expect(page.locator("#messages")).to_contain_text("in no household")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_list_is_filtered_and_the_view_kept(new_page, world, preethi, phone):
    page = new_page(world.owner, phone=phone)
    page.goto("/customers/")
    rows = page.locator("#customers tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="Preethi")).to_contain_text("Faints at needles")
    page.get_by_label("Show").select_option("due")
    expect(rows).to_have_count(1)
    page.get_by_text("More filters").click()
    page.get_by_label("Only with allergies or an alert").check()
    page.wait_for_url("**allergies=on**")
    sound(page)
    page.get_by_text("Keep this view").click()
    page.get_by_label("Name of this view").fill("Careful, and owing")
    page.get_by_role("button", name="Keep", exact=True).click()
    kept = page.get_by_role("link", name="Careful, and owing")
    expect(kept).to_have_attribute("aria-current", "true")
    assert SavedView.objects.get().query == "allergies=on&show=due"
    page.get_by_role("link", name="All", exact=True).click()
    expect(rows).to_have_count(3)
    kept.click()
    expect(rows).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export for Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_the_search_without_a_mouse(new_page, world, preethi):
    page = new_page(world.receptionist)
    page.goto("/appointments/")
    for typed in ("mehta pree", "65432", preethi.reference.lower()):
        page.keyboard.press("Control+k")
        page.keyboard.type(typed)
        expect(page.locator("#search-results")).to_contain_text("Preethi Mehta")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Preethi Mehta")).to_be_visible()
        expect(page.locator("main")).to_contain_text("Nickel and latex")
        page.goto("/appointments/")


def test_who_may_sees_the_national_id(new_page, world):
    one = factories.customer(world.branch, world.receptionist, identity=("aadhaar", "234567890124"))
    page = new_page(world.owner)
    page.goto(one.get_absolute_url())
    card = page.locator("#customer-household")
    expect(card).to_contain_text("•••• 0124")
    card.get_by_role("button", name="Show the number").click()
    expect(card).to_contain_text("2345 6789 0124")
    sound(page)
