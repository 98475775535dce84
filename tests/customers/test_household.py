"""Households: join, leave, who shares a phone; two desks at once."""

import pytest
from django.urls import reverse
from uuid_utils import compat

from clinic.models import Event
from clinic.refusals import Refusal
from customers import domain
from customers.models import Customer, Household
from tests import factories
from tests.race import race


def people(world, count: int) -> list[Customer]:
    return [
        factories.customer(world.branch, world.receptionist, full_name=f"Person {number}", phone="+919876543210")
        for number in range(count)
    ]  # fmt: skip


def page(client, customer: Customer) -> str:
    return client.get(reverse("customer-household", args=[customer.pk])).content.decode()


def together(*family: Customer) -> bool:
    found = {Customer.objects.get(pk=one.pk).household_id for one in family}
    return len(found) == 1 and None not in found


def test_two_who_share_a_phone_become_a_household(desk, world):
    one, two = people(world, 2)
    assert "Shares a phone" in page(desk, one)
    body = {"other": str(two.pk), "idempotency_key": str(compat.uuid7())}
    answer = desk.post(reverse("customer-join-household", args=[one.pk]), body)
    assert answer["Location"] == one.get_absolute_url()
    assert together(one, two)
    text = page(desk, one)
    assert "Person 1" in text
    assert "Shares a phone" not in text
    assert Event.objects.filter(verb="customer.joined_household").count() == 2


def test_a_third_joins_and_joining_again_changes_nothing(world):
    one, two, three = people(world, 3)
    for customer, other in ((one, two), (three, one), (one, three)):
        domain.join_household(by=world.owner, customer=customer, other=other)
    assert together(one, two, three)
    assert Household.objects.count() == 1


def test_two_households_are_not_thrown_together(world):
    one, two, three, four = people(world, 4)
    domain.join_household(by=world.owner, customer=one, other=two)
    domain.join_household(by=world.owner, customer=three, other=four)
    with pytest.raises(Refusal, match="another household"):
        domain.join_household(by=world.owner, customer=one, other=three)


def test_leaving_dissolves_a_household_of_two_but_not_of_three(desk, world):
    one, two, three = people(world, 3)
    for other in (two, three):
        domain.join_household(by=world.owner, customer=other, other=one)
    leave = reverse("customer-leave-household", args=[one.pk])
    for _click in range(2):
        assert desk.post(leave).status_code == 302
    assert together(two, three)
    domain.leave_household(by=world.owner, customer=two)
    assert not Customer.objects.filter(household__isnull=False).exists()


@pytest.mark.parametrize("other", ["", "junk", "00000000-0000-7000-8000-000000000000"])
def test_nobody_chosen(desk, world, other):
    (one,) = people(world, 1)
    body = {"other": other, "idempotency_key": str(compat.uuid7())}
    answer = desk.post(reverse("customer-join-household", args=[one.pk]), body)
    assert answer.status_code == 422
    assert "Choose somebody" in answer.content.decode()


def test_not_with_oneself_and_not_with_strangers(desk, world):
    (one,) = people(world, 1)
    stranger = factories.customer(world.elsewhere, world.colleague)
    join = reverse("customer-join-household", args=[one.pk])
    for other in (one, stranger):
        body = {"other": str(other.pk), "idempotency_key": str(compat.uuid7())}
        assert desk.post(join, body).status_code == 422
    assert not Household.objects.exists()


def test_a_member_at_another_branch_is_counted_not_named(desk, world):
    (one,) = people(world, 1)
    stranger = factories.customer(world.elsewhere, world.colleague, full_name="Secret Person")
    domain.join_household(by=world.owner, customer=one, other=stranger)
    text = page(desk, one)
    assert "one customer of another branch" in text
    assert "Secret" not in text


def test_htmx_gets_the_card_alone(desk, world):
    (one,) = people(world, 1)
    headers = {"HX-Request": "true", "HX-Target": "customer-household"}
    text = desk.get(reverse("customer-household", args=[one.pk]), headers=headers).content.decode()
    assert text.lstrip().startswith("<section")


@pytest.mark.django_db(transaction=True)
def test_two_desks_at_once_make_one_household_or_refuse():
    """A takes B in while B takes A in; and both take C in: no deadlock, nobody in two."""
    branch = factories.clinic()
    desk = factories.person(branch, "receptionist")
    a, b, c = (factories.customer(branch, desk) for _ in range(3))

    def join(one: Customer, other: Customer):
        return lambda: domain.join_household(by=desk, customer=one, other=other)

    results = race(join(a, b), join(b, a), join(a, c), join(c, b))
    assert all(isinstance(result, Household | Refusal) for result in results), results
    assert together(a, b, c)
    assert Customer.objects.exclude(household=None).values("household").distinct().count() == 1
