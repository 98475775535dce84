"""Customers of a former system, many at once."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from clinic import events
from clinic.models import Branch
from customers.domain.people import next_references
from customers.models import Customer, Standing
from staff.models import User

AT_ONCE = 1000  # rows in one statement


@transaction.atomic
def take_in(
    *, by: User, branch: Branch, people: list[dict[str, Any]], told: Callable[[int], None] = lambda done: None
) -> int:
    """Add many customers whose home is `branch`; each dict holds clean columns of Customer.

    A reference number that somebody brings along is kept as it is, whatever its check character; the others get the
    next ones. `told` hears how many are written. Returns their number.
    """
    for first in range(0, len(people), AT_ONCE):
        some = people[first : first + AT_ONCE]
        without = [person for person in some if not person.get("reference")]
        given = iter(next_references(branch=branch, genders=[person["gender"] for person in without]))
        customers = [
            Customer(
                **{**person, "reference": person.get("reference") or next(given)},
                organisation_id=branch.organisation_id, home_branch=branch, registered_by=by,
            )
            for person in some
        ]  # fmt: skip
        Customer.objects.bulk_create(customers)
        Standing.objects.bulk_create(Standing(customer=customer) for customer in customers)
        told(first + len(some))
    events.record("customer.taken_in", subject=branch, by=by, branch_id=branch.pk, count=len(people))
    return len(people)
