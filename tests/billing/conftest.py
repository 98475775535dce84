"""A patient, a laser treatment, its package, and a gel on the shelf."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from billing import domain
from billing.models import Invoice
from clinic.models import Branch
from customers.models import Customer
from inventory.models import Batch, Item
from packages.models import Plan, Treatment
from staff.models import User
from tests import factories


@dataclass
class Shop:
    branch: Branch
    by: User
    customer: Customer
    laser: Treatment
    plan: Plan
    gel: Item
    batch: Batch

    def draft(self, *things, **changes) -> Invoice:
        """A draft with these lines, as it now stands."""
        invoice = domain.draft(
            by=self.by, branch=self.branch, customer=changes.pop("customer", self.customer)
        )
        for thing in things:
            domain.add_line(by=self.by, invoice=invoice, version=invoice.version, what=thing, **changes)
            invoice.refresh_from_db()
        return invoice

    def issue(self, *things, **changes) -> Invoice:
        invoice = self.draft(*things, **changes)
        return domain.issue(by=self.by, invoice=invoice, version=invoice.version)


@pytest.fixture
def shop(world) -> Shop:
    return stocked(world.branch, world.receptionist)


def stocked(branch: Branch, by: User) -> Shop:
    priya = factories.customer(
        branch,
        by,
        full_name="Priya Mehta",
        address="12 Hill Road",
        city="Mumbai",
        state="27",
        postal_code="400050",
    )
    laser = factories.treatment(branch, name="Laser Hair Removal session")
    gel = factories.item(branch, name="Laser Cooling Gel", mrp=Decimal(650), reorder_level=Decimal(10))
    return Shop(
        branch=branch,
        by=by,
        customer=priya,
        laser=laser,
        plan=factories.plan(laser, name="Laser Hair Removal, full body"),
        gel=gel,
        batch=factories.batch(gel, branch, by, quantity=10, number="B2026-012"),
    )
