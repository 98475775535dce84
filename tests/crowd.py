"""A house that has been open for very long: 200,000 customers of the main branch, written past the verbs.

What `make bench` measures the list and the search with.
"""

import datetime
import itertools
from collections.abc import Iterator
from random import Random

from django.db import connections, transaction
from django.utils import timezone

from clinic.models import Branch
from customers import references
from customers.demo import MEN, WOMEN, names
from customers.models import Customer, SeenAt, Standing
from staff.models import User

COUNT, BATCH = 200_000, 2_000
SYLLABLES = [
    "ra",
    "ma",
    "vi",
    "ka",
    "la",
    "na",
    "ta",
    "sha",
    "pri",
    "di",
    "mo",
    "ha",
    "su",
    "ni",
    "ja",
    "ba",
    "ga",
    "ru",
    "de",
    "shi",
]


def fill(count: int = COUNT) -> None:
    """Names of three words, mostly unlike; one in fifty is of another branch and known here."""
    main, *others = Branch.objects.order_by("code")
    by = User.objects.get(username="owner")
    everybody = people(main, others[0] if others else main, by, count)
    while batch := list(itertools.islice(everybody, BATCH)):
        write(batch, main)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    print(Customer.objects.count(), "customers")


@transaction.atomic
def write(batch: list[tuple[Customer, Standing]], main: Branch) -> None:
    Customer.objects.bulk_create(customer for customer, _standing in batch)
    Standing.objects.bulk_create(standing for _customer, standing in batch)
    SeenAt.objects.bulk_create(
        SeenAt(customer=customer, branch=main) for customer, _ in batch if customer.home_branch_id != main.pk
    )


def people(main: Branch, other: Branch, by: User, count: int) -> Iterator[tuple[Customer, Standing]]:
    chance, today = Random("crowd"), timezone.localdate()
    first = [name.split()[0] for name in names(WOMEN) + names(MEN)]
    last = [name.split()[-1] for name in names(WOMEN) + names(MEN)]
    for number in range(count):
        day = today - datetime.timedelta(days=chance.randint(100, 4000))
        middle = "".join(chance.choices(SYLLABLES, k=3)).title()
        customer = Customer(
            organisation_id=main.organisation_id, home_branch=other if number % 50 == 0 else main, registered_by=by,
            full_name=f"{chance.choice(first)} {middle} {chance.choice(last)}", phone=f"+917{number:09d}",
            gender=chance.choice(Customer.Gender.values), born_on=day - datetime.timedelta(days=10_000),
            reference=references.build(stem="ZZ", gender="female", month=f"{number // 90_000:02d}1", serial=number % 90_000),
        )  # fmt: skip
        yield (
            customer,
            Standing(
                customer=customer,
                active_packages=number % 7 == 0,
                last_visit_on=today - datetime.timedelta(days=chance.randint(0, 2000))
                if number % 3
                else None,
                due=chance.randint(1, 9000) if number % 20 == 0 else 0,
            ),
        )
