"""One person's page: tabs, merging two records, handing out and erasing."""

import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from billing.models import Invoice
from customers.models import Customer
from tests import factories
from tests.factories import everything
from tests.journeys.test_every_page import wrong

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def priya(world):
    return factories.customer(
        world.branch, world.receptionist, full_name="Priya Mehta", phone="+919876543210", allergies="Latex"
    )


@pytest.fixture
def twin(world):
    everything.issued_invoice(world.branch, by=world.receptionist, name="Priya M")
    Customer.objects.filter(full_name="Priya M").update(
        phone="+919876543210", allergies="Lidocaine", email="priya@example.in"
    )
    return Customer.objects.get(full_name="Priya M")


def settled(page: Page) -> None:
    expect(page.locator("[aria-busy=true], .htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_tabs_load_when_opened_and_have_addresses(new_page, world, priya, twin, phone):
    page = new_page(world.owner, phone=phone)
    page.goto(twin.get_absolute_url())
    settled(page)
    problems = wrong(page, "overview", phone)
    tabs = page.get_by_role("navigation", name=re.compile("Parts of the record"))
    expect(page.get_by_role("heading", name="Invoices")).to_have_count(0)
    tabs.get_by_role("link", name="Invoices").click()
    expect(page.get_by_role("heading", name="Invoices")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?tab=bills$"))
    expect(tabs.get_by_role("link", name="Invoices")).to_be_focused()
    for name in ("Packages", "Visits", "Timeline", "History"):
        tabs.get_by_role("link", name=name).focus()
        page.keyboard.press("Enter")
        expect(tabs.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        settled(page)
        problems += wrong(page, name, phone)
    page.go_back()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    settled(page)
    page.get_by_label("What is shown").select_option("bills")
    expect(page.locator("#timeline")).not_to_contain_text("Registered")
    expect(page.locator("#timeline")).to_contain_text(Invoice.objects.get().number)
    page.reload()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    settled(page)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_two_records_become_one_and_part_again(new_page, world, priya, twin, phone):
    page = new_page(world.owner, phone=phone)
    page.goto(priya.get_absolute_url())
    settled(page)
    page.get_by_role("link", name="Merge with another record").click()
    expect(page.get_by_role("heading", name="Two records of one person")).to_be_visible()
    problems = wrong(page, "who is it", phone)
    page.locator("main").get_by_role("link", name="Priya M", exact=False).last.click()
    expect(page.get_by_role("heading", name="Are these the same person?")).to_be_visible()
    problems += wrong(page, "compare", phone)
    page.get_by_label("E-mail: priya@example.in").check()
    page.get_by_role("button", name="Merge into one").click()
    expect(page.locator("#messages")).to_contain_text("is part of this record now")
    settled(page)
    problems += wrong(page, "merged", phone)
    priya.refresh_from_db()
    assert (priya.allergies, priya.email) == ("Latex\nLidocaine", "priya@example.in")
    assert Invoice.objects.get().customer == priya
    page.goto(twin.get_absolute_url())
    expect(page).to_have_url(re.compile(str(priya.pk)))
    settled(page)
    page.get_by_role("button", name="Undo").click()
    page.locator("#confirm").get_by_role("button").last.click()
    expect(page.get_by_role("heading", name="Priya M", exact=True)).to_be_visible()
    assert Invoice.objects.get().customer == twin
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_all_data_is_handed_out_and_erased(new_page, world, priya, phone, tmp_path):
    page = new_page(world.owner, phone=phone)
    page.goto(priya.get_absolute_url())
    settled(page)
    page.get_by_role("link", name="Hand out or erase data").click()
    expect(page.get_by_role("heading", name="All data of this person")).to_be_visible()
    problems = wrong(page, "data", phone)
    with page.expect_download() as download:
        page.get_by_role("button", name="Hand out as a ZIP file").click()
    file = Path(tmp_path / "data.zip")
    download.value.save_as(file)
    assert json.loads(ZipFile(file).read("data.json"))["customers_customer"][0]["full_name"] == "Priya Mehta"
    page.goto(reverse("customer-data", args=[priya.pk]))
    expect(page.locator("main")).to_contain_text("Handed out")
    page.get_by_label("To confirm, type").fill(priya.reference)
    page.get_by_role("button", name="Erase for good").click()
    page.locator("#confirm").get_by_role("button").last.click()
    expect(page.locator("main")).to_contain_text("Erased on")
    settled(page)
    problems += wrong(page, "erased", phone)
    page.goto(priya.get_absolute_url())
    settled(page)
    problems += wrong(page, "an erased person", phone)
    expect(page.locator("body")).not_to_contain_text("Priya")
    assert not problems, "\n".join(problems)
