"""Somebody is taken on, gets a role, asks for leave, and it is approved: by clicks alone, with the keyboard too."""

import re

import pytest
from playwright.sync_api import expect

from staff.models import Role, TimeOff, User
from tests import factories
from tests.factories import colleagues

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_from_the_first_day_to_the_first_leave(new_page, world):
    page = new_page(world.owner)
    page.goto("/")
    page.get_by_role("link", name="Staff", exact=True).first.click()
    page.get_by_role("link", name="New person").click()
    page.get_by_label("Full name").fill("Nita Dsouza")
    page.get_by_label("User name").fill("nita")
    page.get_by_label("Role").select_option(label="Nurse")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("EMP01")).to_be_visible()
    page.get_by_text("Give a role").click()
    page.get_by_role("combobox", name="Role").select_option(label="Cashier")
    page.get_by_role("button", name="Give", exact=True).click()
    expect(page.get_by_text("Nita Dsouza holds the role Cashier now.")).to_be_visible()
    page.get_by_role("link", name="What may they do?").click()
    expect(page.get_by_text("Cashier, Linqs Cosmetology Clinic").first).to_be_visible()
    nita = User.objects.get(username="nita")
    assert nita.role_names == ["Cashier", "Nurse"]

    day = colleagues.open_day(world.branch, 60)
    theirs = new_page(nita, phone=True)
    theirs.goto("/staff/leave/")
    theirs.get_by_label("First day").fill(day.isoformat())
    theirs.get_by_label("Reason").fill("Sister's wedding")
    theirs.get_by_role("button", name="Ask", exact=True).click()
    expect(theirs.get_by_text("Asked for").last).to_be_visible()

    page.goto("/staff/leave/")
    page.locator("summary", has_text="Decide").click()
    page.get_by_label("Comment").fill("Enjoy")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text(re.compile("Nita Dsouza is off then"))).to_be_visible()
    assert TimeOff.objects.get().status == "approved"
    theirs.reload()
    expect(theirs.get_by_text("Enjoy")).to_be_visible()


def test_a_right_is_taken_in_the_matrix_by_keyboard(new_page, world):
    nurse = Role.objects.get(code="nurse")
    page = new_page(world.owner)
    page.goto(f"/staff/roles/{nurse.pk}/")
    right = page.get_by_role("checkbox", name="Read consultation notes")
    expect(right).to_be_checked()
    right.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nurse may do this from now on.")).to_be_visible()
    assert not factories.person(world.branch, "nurse").may("notes.view")
