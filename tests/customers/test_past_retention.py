"""Whose records the branch has kept long enough: who is listed, who may see it, and that it leads to erasing."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, Standing
from tests import factories


@pytest.fixture
def known(world):
    """`known(years since registered, years since the last visit or None)`."""
    today = timezone.localdate(timezone=world.branch.zone)

    def add(registered, visited=None, **changes):
        one = factories.customer(world.branch, world.receptionist, **changes)
        Customer.objects.filter(pk=one.pk).update(
            created_at=timezone.now() - datetime.timedelta(days=366 * registered)
        )
        if visited is not None:
            day = today - datetime.timedelta(days=round(365.25 * visited))
            Standing.objects.filter(customer=one).update(last_visit_on=day)
        return one

    return add


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


def listed(client):
    return list(client.get(reverse("customer-past")).context["page"])


def test_who_has_not_come_for_as_long_as_records_are_kept(owner, world, known):
    never = known(8)
    long_ago = known(9, 7.5)
    known(9, 6.5), known(6), known(1, 0)
    assert listed(owner) == [never, long_ago]
    type(world.branch).objects.filter(pk=world.branch.pk).update(retention_years=10)
    assert listed(owner) == []


def test_it_leads_to_erasing_and_the_erased_are_gone_from_it(owner, world, known):
    one = known(8)
    assert reverse("customer-data", args=[one.pk]) in owner.get(reverse("customer-past")).content.decode()
    Customer.objects.filter(pk=one.pk).update(erased_at=timezone.now(), is_active=False)
    assert listed(owner) == []
    assert reverse("customer-past") in owner.get(reverse("settings")).content.decode()


def test_only_for_who_may_erase_and_only_those_at_home_here(sign_in, world, known):
    known(8)
    assert sign_in(world.receptionist).get(reverse("customer-past")).status_code == 403
    there = sign_in(factories.person(world.elsewhere, "owner", username="there"))
    assert listed(there) == []


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_do_not_grow_with_rows(owner, known, rows, django_assert_max_num_queries):
    for _row in range(rows):
        known(8)
    with django_assert_max_num_queries(8):
        assert len(listed(owner)) == rows
