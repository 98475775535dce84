"""Two desks merge at once, or one merges while another books. The controls show what the locks prevent."""

from decimal import Decimal

import pytest
from django.utils import timezone

from clinic import registries
from clinic.refusals import Refusal
from customers import domain
from customers.domain import merging
from customers.models import Customer, Merge
from packages import domain as packages
from packages.models import Enrolment
from tests import factories
from tests.race import race

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def sell(world, plan, customer):
    return lambda: packages.enrol(
        by=world.receptionist, branch=world.branch, customer=customer, plan=plan, value=Decimal(1), on=timezone.localdate()
    )  # fmt: skip


def test_of_two_merges_in_opposite_directions_one_wins(world):
    for _ in range(ROUNDS):
        one, two = (factories.customer(world.branch, world.receptionist) for _ in range(2))
        results = race(
            lambda one=one, two=two: domain.merge(by=world.owner, kept=one, merged=two),
            lambda one=one, two=two: domain.merge(by=world.owner, kept=two, merged=one),
        )
        assert sorted(type(each).__name__ for each in results) == ["Merge", "Refusal"], results


def test_two_clicks_on_undo_give_back_once(world):
    one, two = (factories.customer(world.branch, world.receptionist) for _ in range(2))
    made = domain.merge(by=world.owner, kept=one, merged=two)
    results = race(*[lambda: domain.undo_merge(by=world.owner, merge=made)] * 4)
    assert sorted(type(each).__name__ for each in results) == ["Merge", "Refusal", "Refusal", "Refusal"]


def strays(world) -> int:
    """Packages that lie on a merged record after merging and selling at once, many times."""
    plan = factories.plan(factories.treatment(world.branch))
    for _ in range(ROUNDS):
        kept, twin = (factories.customer(world.branch, world.receptionist) for _ in range(2))
        results = race(
            *[sell(world, plan, twin)] * 3,
            lambda kept=kept, twin=twin: domain.merge(by=world.owner, kept=kept, merged=twin),
            *[sell(world, plan, twin)] * 3,
        )
        assert [each for each in results if not isinstance(each, Enrolment | Merge | Refusal)] == []
    return Enrolment.objects.filter(customer__merged_into__isnull=False).count()


def test_a_sale_during_a_merge_moves_along_or_is_refused(world):
    assert strays(world) == 0
    assert list(registries.proofs()["merged records"]()) == []


def test_control_without_looking_again_sales_are_left_behind(world, monkeypatch):
    monkeypatch.setattr(Customer, "gone_when", ())
    assert strays(world) > 0
    assert list(registries.proofs()["merged records"]()) != []


def test_control_without_holding_both_turn_into_each_other(world, monkeypatch):
    def look(*pks):
        rows = {row.pk: row for row in Customer.objects.filter(pk__in=pks)}
        return tuple(rows[pk] for pk in pks)

    monkeypatch.setattr(merging, "_hold", look)
    wrong = 0
    for _ in range(ROUNDS * 3):
        one, two = (factories.customer(world.branch, world.receptionist) for _ in range(2))
        results = race(
            lambda one=one, two=two: domain.merge(by=world.owner, kept=one, merged=two),
            lambda one=one, two=two: domain.merge(by=world.owner, kept=two, merged=one),
        )
        wrong += sorted(type(each).__name__ for each in results) != ["Merge", "Refusal"]
    assert wrong
