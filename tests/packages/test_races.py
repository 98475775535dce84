"""Sixteen desks at one package: no session is used twice, and what was bought is used, left or given up.

In the suite a few hundred attempts; the long race is the same with
REDEMPTIONS=5000 python -m pytest tests/packages/test_races.py -s
"""

import os
from collections import Counter
from decimal import Decimal
from threading import Barrier
from uuid import UUID

import pytest
from django.db import IntegrityError
from uuid_utils import compat

from clinic.refusals import Refusal
from packages import domain, ledger, proofs, queries
from packages.models import Enrolment, Entry, Session, Tally
from tests import factories
from tests.race import race

DESKS = 16
REDEMPTIONS = int(os.environ.get("REDEMPTIONS", "320"))
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def sell(world, priya, laser):
    def sold(sessions=1, customer=None, value=1000) -> Enrolment:
        plan = factories.plan(laser, session_count=sessions, price=Decimal(value))
        return domain.enrol(
            by=world.receptionist,
            branch=world.branch,
            customer=customer or priya,
            plan=plan,
            value=Decimal(value),
        )

    return sold


def sound() -> bool:
    return [*proofs.ledgers(), *proofs.sessions(), *proofs.standings()] == []


def count(outcomes) -> Counter:
    """Refusals as such; anything else that went wrong by its own name."""
    return Counter(type(each).__name__ if isinstance(each, Exception) else "done" for each in outcomes)


def redeem(world, session):
    return domain.redeem_session(by=world.receptionist, session=session, practitioner=world.doctor)


def test_the_last_session_is_used_once_by_sixteen_desks(world, sell):
    """REDEMPTIONS attempts in rounds of sixteen at once, each round at the last session of a package of its own."""
    outcomes: Counter = Counter()
    for _round in range(REDEMPTIONS // DESKS):
        session = queries.next_session(sell())
        found = race(*[lambda session=session: redeem(world, session)] * DESKS)
        assert count(found) == {"done": 1, "Refusal": DESKS - 1}, found
        outcomes += count(found)
    used = Entry.objects.filter(kind="used").count()
    print(f"{sum(outcomes.values())} attempts at {used} last sessions: {dict(outcomes)}")
    assert used == outcomes["done"] == REDEMPTIONS // DESKS
    assert not Tally.objects.exclude(used=1, remaining=0, owed=0).exists()
    assert sound()


def test_without_the_lock_the_last_session_goes_through_to_the_database_which_refuses(
    world, sell, monkeypatch
):
    """The control: sixteen see it free; the ledger's trigger alone lets one through."""
    session, all_have_read = queries.next_session(sell()), Barrier(DESKS)
    _without_locks(monkeypatch, all_have_read)
    assert count(race(*[lambda: redeem(world, session)] * DESKS)) == {"done": 1, "IntegrityError": DESKS - 1}
    assert sound()


def test_without_the_lock_and_the_trigger_it_goes_sixteen_times(world, sell, monkeypatch):
    """The control of the control: it is the trigger that refused."""
    from django.db import connections

    session, all_have_read = queries.next_session(sell()), Barrier(DESKS)
    _without_locks(monkeypatch, all_have_read)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE packages_entry DISABLE TRIGGER tell_tally")
        try:
            outcomes = race(*[lambda: redeem(world, session)] * DESKS)
        finally:
            cursor.execute("ALTER TABLE packages_entry ENABLE TRIGGER tell_tally")
    assert count(outcomes)["done"] > 1, outcomes
    assert list(proofs.ledgers()) != []


def _without_locks(monkeypatch, all_have_read) -> None:
    check = ledger.check_active

    def read_together(enrolment):
        all_have_read.wait(20)
        check(enrolment)

    monkeypatch.setattr(ledger, "check_active", read_together)
    monkeypatch.setattr(
        ledger, "lock_with_customer", lambda row: Enrolment.objects.select_related("branch").get(pk=row.pk)
    )


def test_a_visit_and_the_desk_at_one_session(world, sell):
    for _round in range(4):
        session, visit = queries.next_session(sell()), compat.uuid7()

        def book(session=session, visit=visit):
            return domain.reserve_session(by=world.owner, session=session, appointment_id=visit)

        outcomes = race(*[book, lambda session=session: redeem(world, session)] * 4)
        assert count(outcomes) == {"done": 1, "Refusal": 7}, outcomes
    assert sound()


def test_many_hands_on_few_packages(world, sell, laser):
    """Using, taking back, giving back, transferring and paying at once; whoever comes too late is told."""
    other = factories.customer(world.branch, world.receptionist)
    packages = [sell(sessions=6, value=1000) for _ in range(3)]

    def use(pk: UUID):
        session = Session.objects.filter(enrolment=pk, status="pending").order_by("number").first()
        return redeem(world, session) if session else None

    def undo(pk: UUID):
        done = Session.objects.filter(enrolment=pk, status="completed").first()
        return domain.undo_session(by=world.owner, session=done, reason="x") if done else None

    def of(pk: UUID, verb, **more):
        return verb(by=world.owner, enrolment=Enrolment.objects.get(pk=pk), **more)

    calls = []
    for each in packages:
        pk = each.pk
        calls += [lambda pk=pk: use(pk)] * 3 + [lambda pk=pk: undo(pk)]
        calls.append(
            lambda pk=pk: of(
                pk, domain.note_payment, amount=Decimal(100), cause_kind="x", cause_id=compat.uuid7()
            )
        )
    calls.append(lambda: of(packages[0].pk, domain.give_back, reason="x"))
    calls.append(lambda: of(packages[1].pk, domain.transfer, customer=other, reason="x"))
    calls.append(lambda: of(packages[2].pk, domain.freeze, reason="x"))
    for _round in range(3):
        wrong = [
            each for each in race(*calls) if isinstance(each, Exception) and not isinstance(each, Refusal)
        ]
        assert wrong == []
    assert sound()
    bought = sum(each.session_count for each in packages)
    assert bought == sum(
        tally.used + tally.remaining for tally in Tally.objects.filter(enrolment__came_from=None)
    ) - sum(Entry.objects.filter(kind__in=["returned", "transferred_out"]).values_list("sessions", flat=True))


def test_the_database_alone_refuses_the_seventeenth(world, sell):
    """Raw rows from sixteen connections, no verb asked: as many as there are sessions."""
    enrolment = sell(sessions=5)
    sessions = list(enrolment.sessions.all())

    def use(number: int):
        return Entry.objects.create(
            enrolment=enrolment,
            kind="used",
            sessions=-1,
            on=enrolment.enrolled_on,
            session=sessions[number % 5],
        )

    outcomes = race(*[lambda number=number: use(number) for number in range(DESKS)])
    assert count(outcomes) == {"done": 5, IntegrityError.__name__: DESKS - 5}
    assert Tally.objects.get(pk=enrolment.pk).remaining == 0
