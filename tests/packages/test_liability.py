"""What unused sessions are worth, to the paisa, on any day."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from packages import domain, liability, proofs, queries
from packages.models import Enrolment, Entry, Session, Tally
from tests import factories


@pytest.mark.parametrize(
    ("value", "count"), [("100", 3), ("36000", 8), ("0", 5), ("0.02", 3), ("99999.99", 100), ("1", 1)]
)
def test_used_and_left_make_up_the_price(value, count):
    value, spent = Decimal(value), Decimal(0)
    for left in range(count, 0, -1):
        assert liability.unused(value, count, left) + spent == value
        spent += liability.unused(value, count, left) - liability.unused(value, count, left - 1)
    assert spent == value


@pytest.mark.parametrize(
    ("paid", "sessions"),
    [("0", 0), ("12499.99", 1), ("12500", 2), ("18750", 3), ("49999.99", 7), ("50000", 8), ("60000", 8)],
)
def test_a_part_paid_unlocks_the_sessions_it_covers(paid, sessions):
    assert liability.unlocked(Decimal(50000), 8, Decimal(paid)) == sessions


def test_a_third_rounded_down_still_unlocks_a_third():
    third = Decimal("33.33")
    assert [liability.unlocked(Decimal(100), 3, third * n) for n in (1, 2, 3)] == [1, 2, 2]
    assert liability.unlocked(Decimal("0.02"), 3, Decimal("0.01")) == 0


def test_a_package_for_nothing_is_unlocked():
    assert liability.unlocked(Decimal(0), 8, Decimal(0)) == 8


def test_what_goes_back_is_what_was_paid_beyond_what_was_given():
    worth = liability.Worth(sessions=3, unused=Decimal(300), used=Decimal(500), paid=Decimal(600))
    assert worth.refundable == 100
    assert liability.Worth(3, Decimal(300), Decimal(500), Decimal(400)).refundable == 0
    assert liability.Worth(3, Decimal(300), Decimal(500), Decimal(900)).refundable == 300
    assert (liability.credit(worth, "prepaid"), liability.credit(worth, "per_session")) == (300, 100)


@pytest.fixture
def package(world, priya, laser):
    plan = factories.plan(laser, session_count=3, price=Decimal(100))
    today = timezone.localdate(timezone=world.branch.zone)
    return domain.enrol(
        by=world.receptionist, branch=world.branch, customer=priya, plan=plan, value=Decimal(100),
        on=today - datetime.timedelta(days=5),
    )  # fmt: skip


def use(world, enrolment) -> Session:
    session = queries.next_session(enrolment)
    return domain.redeem_session(by=world.receptionist, session=session, practitioner=world.doctor)


def owed(branch, days_ago=0) -> queries.Liability:
    today = timezone.localdate(timezone=branch.zone)
    found = queries.liability(branch, today - datetime.timedelta(days=days_ago), today)
    assert found.ties
    return found


def test_the_liability_is_read_for_any_day_and_ties(world, package):
    assert (owed(world.branch, 6).owed, owed(world.branch, 6).enrolments) == (0, 0)
    assert owed(world.branch, 1).owed == 100
    use(world, package)
    now = owed(world.branch)
    assert (now.enrolments, now.sessions, now.owed) == (1, 2, Decimal("66.67"))
    assert owed(world.branch, 1).owed == 100
    use(world, package)
    assert owed(world.branch).owed == Decimal("33.34")
    use(world, package)
    assert (owed(world.branch).owed, owed(world.branch).enrolments) == (0, 0)


def test_the_ledger_reads_with_what_is_left_after_each_entry(world, package):
    use(world, package)
    entries = queries.ledger(package)
    assert [(e.kind, e.sessions, e.amount, e.left, e.owed) for e in entries] == [
        ("sold", 3, 100, 3, 100),
        ("used", -1, Decimal("-33.33"), 2, Decimal("66.67")),
    ]


def proven() -> list[str]:
    return [*proofs.ledgers(), *proofs.sessions(), *proofs.standings()]


def test_the_proofs_are_quiet_on_a_sound_package(world, package):
    use(world, package)
    assert proven() == []


@pytest.mark.parametrize(
    "fault",
    [
        "UPDATE packages_tally SET remaining = remaining + 1",
        "UPDATE packages_tally SET owed = owed + 0.01",
        "UPDATE packages_tally SET paid = paid + 1",
        "DELETE FROM packages_tally",
        "UPDATE packages_session SET status = 'pending', completed_at = NULL, completed_by_id = NULL",
        "UPDATE packages_session SET status = 'lost' WHERE status = 'pending'",
        "UPDATE packages_enrolment SET value = value + 1",
        "UPDATE packages_enrolment SET session_count = session_count - 1",
        "UPDATE packages_enrolment SET status = 'completed'",
        "UPDATE packages_entry SET amount = amount + 0.01 WHERE kind = 'used'",
    ],
)
@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_a_planted_fault_is_found(world, package, fault):
    from django.db import connections

    use(world, package)
    assert proven() == []
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE packages_entry DISABLE TRIGGER USER")
        try:
            cursor.execute(fault)
        finally:
            cursor.execute("ALTER TABLE packages_entry ENABLE TRIGGER USER")
    assert proven() != []


def entry(package, **values) -> Entry:
    day = timezone.localdate()
    with transaction.atomic():
        return Entry.objects.create(
            **{"enrolment": package, "on": day, "kind": "used", "sessions": -1} | values
        )


def test_the_database_refuses_more_than_was_bought(world, package):
    sessions = list(package.sessions.order_by("number"))
    for session in sessions:
        entry(package, session=session)
    assert Tally.objects.get(pk=package.pk).remaining == 0
    with pytest.raises(IntegrityError, match="tally_never_below_zero"):
        entry(package, kind="lapsed", sessions=-1)
    with pytest.raises(IntegrityError, match=r"a session is used once|tally_never_below_zero"):
        entry(package, session=sessions[0])


def test_the_database_refuses_a_session_twice_and_one_of_another_package(world, package, priya, laser):
    session = package.sessions.get(number=1)
    entry(package, session=session)
    with pytest.raises(IntegrityError, match="a session is used once"):
        entry(package, session=session)
    other = domain.enrol(
        by=world.owner, branch=world.branch, customer=priya, plan=factories.plan(laser), value=Decimal(1)
    )
    with pytest.raises(IntegrityError, match="not one of the package"):
        entry(package, session=other.sessions.first())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE packages_tally SET remaining = 9",
        "INSERT INTO packages_tally VALUES (gen_random_uuid(), 0, 9, 9, 0, 0, 0)",
        "UPDATE packages_entry SET sessions = 9",
        "DELETE FROM packages_entry",
    ],
)
def test_the_application_can_neither_write_tallies_nor_change_entries(package, statement):
    from django.db import ProgrammingError

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_nearly_done_is_few_left_from_half_way_on(world, priya, laser):
    def state(count, used) -> bool:
        plan = factories.plan(laser, session_count=count)
        enrolment = domain.enrol(
            by=world.owner, branch=world.branch, customer=priya, plan=plan, value=Decimal(900)
        )
        for _each in range(used):
            use(world, enrolment)
        row = Enrolment.objects.with_progress().get(pk=enrolment.pk)
        listed = Enrolment.objects.with_progress().nearly_done().filter(pk=enrolment.pk).exists()
        assert listed == row.is_nearly_done
        return listed

    assert [state(1, 0), state(2, 0), state(2, 1), state(3, 1), state(4, 1)] == [
        False,
        False,
        True,
        False,
        False,
    ]
    assert [state(4, 2), state(10, 7), state(10, 8), state(15, 11), state(15, 12)] == [
        True,
        False,
        True,
        False,
        True,
    ]
