"""Two desks at the same moment."""

import pytest

from customers import domain
from customers.models import Customer, Standing
from tests import factories
from tests.race import race


@pytest.mark.django_db(transaction=True)
def test_eight_registrations_at_once_get_eight_numbers_in_a_row():
    branch = factories.clinic()
    desk = factories.person(branch, "receptionist")

    def register(number: int):
        return lambda: domain.register(
            by=desk,
            branch=branch,
            full_name=f"Person {number}",
            phone=f"+91980000000{number}",
            gender="female",
        )

    made = race(*(register(number) for number in range(8)))
    assert all(isinstance(customer, Customer) for customer in made), made
    assert sorted(int(customer.reference[7:]) for customer in made) == list(range(1, 9))
    assert Standing.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_once_one_is_told():
    branch = factories.clinic()
    desk = factories.person(branch, "receptionist")
    customer = factories.customer(branch, desk)

    def change(notes: str):
        return lambda: domain.change(
            by=desk, customer=Customer.objects.get(pk=customer.pk), version=1, notes=notes
        )

    results = race(change("a"), change("b"))
    assert sorted(type(result).__name__ for result in results) == ["Customer", "Stale"]
