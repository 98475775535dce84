"""Somebody whose branches are all closed finds a sentence, not an error; an administrator can open one again."""

import pytest
from django.urls import reverse

from clinic.models import Branch


@pytest.fixture
def closed(world):
    Branch.objects.update(is_active=False)
    return world


@pytest.mark.parametrize(
    "name",
    ["dashboard", "customer-list", "customer-new", "appointment-list", "invoice-list", "item-list", "search"],
)
def test_pages_say_so(closed, sign_in, name):
    assert sign_in(closed.owner).get(reverse(name)).status_code == 200
    told = sign_in(closed.receptionist).get(reverse(name))
    assert told.status_code in (200, 403)
    assert name == "search" or "no role at an open branch" in told.content.decode()


def test_the_administrator_gets_in(closed, sign_in):
    client = sign_in(closed.owner)
    assert client.get(reverse("admin:clinic_branch_change", args=[closed.branch.pk])).status_code == 200
