"""What customers owe, by how long they have owed it: days since the date of the invoice."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Min, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy

from billing.models import Invoice
from billing.tables import WARNINGS, Column, Kind
from customers.models import Customer
from staff.models import User

RUPEES = DecimalField(max_digits=14, decimal_places=2)


@dataclass(frozen=True)
class Age:
    """From `least` days on, up to and including `most`."""

    name: str
    label: Any
    least: int
    most: int | None

    def of(self, today: datetime.date) -> Q:
        """Invoices of that age."""
        youngest = today - datetime.timedelta(days=self.least)
        condition = Q(issued_on__lte=youngest) if self.least else Q(issued_on__isnull=False)
        if self.most is not None:
            condition &= Q(issued_on__gte=today - datetime.timedelta(days=self.most))
        return condition


AGES = (
    Age("to30", gettext_lazy("0 to 30 days"), 0, 30),
    Age("to60", gettext_lazy("31 to 60 days"), 31, 60),
    Age("to90", gettext_lazy("61 to 90 days"), 61, 90),
    Age("over90", gettext_lazy("over 90 days"), 91, None),
)
BY_NAME = {age.name: age for age in AGES}

COLUMNS = (
    Column("customer__full_name", gettext_lazy("Customer"), sorts=True),
    Column("customer__reference", gettext_lazy("Reference")),
    Column("oldest", gettext_lazy("Since"), Kind.DAY, sorts=True),
    Column("count", gettext_lazy("Invoices"), Kind.FIGURE),
    *(Column(age.name, age.label, Kind.MONEY, sorts=True) for age in AGES),
    Column("due", gettext_lazy("Due"), Kind.MONEY, sorts=True),
)


def overdue(today: datetime.date) -> Q:
    """Something is due, and its day to pay has passed; without such a day it was due at once."""
    return Q(outstanding__gt=0) & (Q(due_on__lt=today) | Q(due_on__isnull=True, issued_on__lt=today))


def by_customer(
    *, user: User, today: datetime.date, words: str = "", age: str = "", sort: str = "-due"
) -> QuerySet[Any]:
    """One row for each customer who owes something at the branch, with what is owed by age."""
    found = Invoice.objects.visible_to(user).unpaid().order_by()
    if words:
        found = found.filter(customer__in=Customer.objects.matching(words).values("pk"))
    sums = {each.name: _sum(each.of(today)) for each in AGES}
    rows = found.values("customer_id", "customer__full_name", "customer__reference", *WARNINGS).annotate(
        **sums, due=_sum(), count=Count("pk"), oldest=Min("issued_on")
    )
    if age:
        rows = rows.filter(**{f"{age}__gt": 0})
    return rows.order_by(sort, "customer_id")


def _sum(only: Q | None = None) -> Sum:
    return Sum("outstanding", filter=only, default=Decimal("0.00"), output_field=RUPEES)
