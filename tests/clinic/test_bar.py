"""The bar of every page: what somebody may begin from anywhere."""

import re

import pytest
from django.urls import reverse

from tests import factories


@pytest.mark.parametrize(
    ("role", "begins"),
    [
        ("receptionist", ["New customer", "Book", "Walk-in", "New invoice", "Take money"]),
        ("therapist", []),
    ],
)
def test_new_offers_what_the_role_may(sign_in, world, role, begins):
    person = factories.person(world.branch, role, username="somebody")
    page = sign_in(person).get(reverse("appointment-list")).content.decode()
    menu = re.search(r'<nav class="menu nav new".*?</nav>', page, re.DOTALL)
    assert re.findall(r"<span>(.*?)</span>", menu.group()) == begins if menu else begins == []
    assert ('popovertarget="new"' in page) == bool(begins)
