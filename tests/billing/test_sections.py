"""The pages of billing in groups: each page once, asked for with what its view asks for, and reached by links alone."""

import re

import pytest
from django.urls import resolve, reverse

from billing.sections import SECTIONS, sections_of
from tests import factories

pytestmark = pytest.mark.django_db
PARTS = [part for section in SECTIONS for part in section.parts]
BEFORE = {
    "invoices", "payment", "note", "outstanding", "advances", "refunds", "stored", "gift", "drawers", "online", "day",
    "registers", "sales",
}  # fmt: skip


def test_every_page_is_in_one_group():
    assert sorted(part.key for part in PARTS) == sorted(BEFORE)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.key)
def test_a_link_asks_for_what_its_page_asks_for(part):
    assert resolve(reverse(part.name)).func.permission == part.permission


@pytest.mark.parametrize(
    "role", ["owner", "administrator", "doctor", "therapist", "receptionist", "stockkeeper", None]
)
def test_nobody_is_shown_a_page_that_refuses_them(world, client, role):
    user = factories.person(world.branch, *([role] if role else []))
    client.force_login(user, backend="staff.backends.EmailOrUsername")
    shown = {part.key for section, _here in sections_of(user, "") for part in section.parts}
    assert shown == {part.key for part in PARTS if client.get(reverse(part.name)).status_code == 200}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.key)
def test_each_page_marks_itself_and_its_group_and_links_to_the_others(sign_in, world, part):
    page = sign_in(world.owner).get(reverse(part.name)).content.decode()
    group = next(section for section in SECTIONS if part in section.parts)
    first = group.first
    assert re.search(rf'href="{reverse(first.name)}" aria-current="true">{group.label}<', page)
    assert re.search(rf'href="{reverse(part.name)}" aria-current="page">{part.label}<', page)
    for other in group.parts:
        assert f'<a href="{reverse(other.name)}"' in page
    for section in SECTIONS:
        assert f'<a href="{reverse(section.first.name)}"' in page


def test_who_sees_one_page_of_a_group_is_led_there(sign_in, world):
    """The desk sees drawers but not the day of everybody: one page is no choice."""
    page = sign_in(world.receptionist).get(reverse("drawer-list")).content.decode()
    assert 'aria-current="true">Day<' in page
    assert 'class="segmented parts"' not in page
