"""What changes the terms of a package in a customer's hands. Each change is an entry in its ledger."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from customers.models import Customer
from packages.liability import Worth
from packages.models import Enrolment, Plan
from staff.models import User


@dataclass(frozen=True)
class Exchanged:
    """`difference` in rupees before tax: what the new package costs beyond the `credit`; below zero, what goes back."""

    enrolment: Enrolment
    credit: Decimal
    difference: Decimal


def freeze(*, by: User, enrolment: Enrolment, reason: str, until: datetime.date | None = None) -> Enrolment:
    """Let a package rest from today, up to the day `until` on which it may be used again, or until it is unfrozen."""
    raise NotImplementedError


def unfreeze(*, by: User | None, enrolment: Enrolment) -> Enrolment:
    """Make a frozen package usable; its validity is longer by the days it rested."""
    raise NotImplementedError


def extend(*, by: User, enrolment: Enrolment, days: int, reason: str) -> Enrolment:
    """Make the validity longer by 1 to 3650 days; a package that has lapsed is usable again with what it had left."""
    raise NotImplementedError


def transfer(*, by: User, enrolment: Enrolment, customer: Customer, reason: str) -> Enrolment:
    """Give all that is left to another customer; returns their new enrolment, on the same terms."""
    raise NotImplementedError


def exchange(
    *, by: User, enrolment: Enrolment, plan: Plan, reason: str, value: Decimal | None = None
) -> Exchanged:
    """Count the unused part toward another package that costs `value` before tax (the plan's price unless given)."""
    raise NotImplementedError


def give_back(*, by: User, enrolment: Enrolment, reason: str) -> Worth:
    """Close a package whose unused part is given back; what it is worth is returned, the money follows by its bill."""
    raise NotImplementedError


def note_payment(*, by: User, enrolment: Enrolment, amount: Decimal, cause_kind: str, cause_id: UUID) -> None:
    """Record that so much of the package's value before tax was paid, or refunded where `amount` is below zero."""
    raise NotImplementedError
