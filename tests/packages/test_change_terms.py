"""Freezing, extending, transferring, exchanging, giving back and lapsing; each an entry in the ledger."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from uuid_utils import compat

from clinic.models import Event
from clinic.refusals import Refusal
from packages import domain, proofs, queries, tasks
from packages.models import Enrolment
from tests import factories

DAY = datetime.timedelta(days=1)


@pytest.fixture
def today(world):
    return timezone.localdate(timezone=world.branch.zone)


@pytest.fixture
def package(world, priya, laser, today):
    """Ten days old, four sessions for 1,000 of which one is used, valid for 30 days."""
    plan = factories.plan(laser, name="Laser", session_count=4, price=Decimal(1000), valid_days=30)
    enrolment = domain.enrol(
        by=world.receptionist, branch=world.branch, customer=priya, plan=plan, value=Decimal(1000),
        on=today - 10 * DAY,
    )  # fmt: skip
    use(world, enrolment)
    enrolment.refresh_from_db()
    return enrolment


@pytest.fixture(autouse=True)
def sound():
    yield
    assert [*proofs.ledgers(), *proofs.sessions(), *proofs.standings()] == []


def use(world, enrolment):
    return domain.redeem_session(
        by=world.receptionist, session=queries.next_session(enrolment), practitioner=world.doctor
    )


def pay(world, enrolment, amount):
    domain.note_payment(
        by=world.owner,
        enrolment=enrolment,
        amount=Decimal(amount),
        cause_kind="payment",
        cause_id=compat.uuid7(),
    )


def frozen_days_ago(enrolment, days):
    enrolment.refresh_from_db()
    Enrolment.objects.filter(pk=enrolment.pk).update(frozen_on=enrolment.frozen_on - days * DAY)


def states(enrolment) -> list[str]:
    return list(enrolment.sessions.order_by("number").values_list("status", flat=True))


def told(enrolment) -> list[tuple]:
    return [(e.kind, e.sessions, e.amount, e.money, e.days) for e in queries.ledger(enrolment)]


def test_a_frozen_package_rests_and_is_valid_longer_by_that(world, package, today):
    until = package.valid_until
    domain.freeze(by=world.owner, enrolment=package, reason=" Travelling ")
    assert queries.bookable_sessions(package.customer_id, today) == []
    assert list(queries.due_sessions(world.branch, today)) == []
    with pytest.raises(Refusal, match=r"^Laser is frozen, so no session of it can be used\.$"):
        use(world, package)
    with pytest.raises(Refusal, match="is frozen"):
        domain.reserve_session(
            by=world.owner, session=queries.next_session(package), appointment_id=compat.uuid7()
        )
    package.customer.standing.refresh_from_db()
    assert package.customer.standing.active_packages == 0
    frozen_days_ago(package, 5)
    thawed = domain.unfreeze(by=world.owner, enrolment=package)
    assert (thawed.status, thawed.valid_until, thawed.frozen_on) == ("active", until + 5 * DAY, None)
    assert told(package)[2:] == [("frozen", 0, 0, 0, 0), ("unfrozen", 0, 0, 0, 5)]
    assert queries.ledger(package)[2].reason == "Travelling"
    use(world, package)
    with pytest.raises(Refusal, match="isn't frozen"):
        domain.unfreeze(by=world.owner, enrolment=package)


def test_a_package_frozen_up_to_a_day_is_usable_from_it(world, package, today):
    with pytest.raises(Refusal, match="Choose a day after today"):
        domain.freeze(by=world.owner, enrolment=package, reason="x", until=today)
    domain.freeze(by=world.owner, enrolment=package, reason="x", until=today + 3 * DAY)
    with pytest.raises(Refusal, match=rf"frozen until {(today + 3 * DAY).day} "):
        use(world, package)
    assert domain.unfreeze_due(today=today + 2 * DAY) == []
    assert domain.unfreeze_due(today=today + 3 * DAY) == [package]
    use(world, package)


def test_an_extension_makes_it_valid_longer(world, package, today):
    until = package.valid_until
    assert (
        domain.extend(by=world.owner, enrolment=package, days=14, reason="Holiday").valid_until
        == until + 14 * DAY
    )
    assert told(package)[-1] == ("extended", 0, 0, 0, 14)


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_an_extension_is_of_some_days(world, package, days):
    with pytest.raises(Refusal, match="1 to 3650"):
        domain.extend(by=world.owner, enrolment=package, days=days, reason="x")


def test_one_that_has_not_begun_cant_be_extended(world, priya, laser):
    plan = factories.plan(laser, starts_at_first_use=True)
    enrolment = domain.enrol(by=world.owner, branch=world.branch, customer=priya, plan=plan, value=Decimal(1))
    with pytest.raises(Refusal, match="begins with the first session"):
        domain.extend(by=world.owner, enrolment=enrolment, days=5, reason="x")


def lapse(package, today):
    Enrolment.objects.filter(pk=package.pk).update(valid_until=today - 2 * DAY)
    tasks.keep_terms()
    package.refresh_from_db()


def test_what_has_lapsed_is_owed_no_more(world, package, today):
    owed = queries.liability(world.branch, today - DAY, today).owed
    lapse(package, today)
    assert (package.status, states(package)) == ("lapsed", ["completed", "lost", "lost", "lost"])
    assert told(package)[-1] == ("lapsed", -3, -750, 0, 0)
    assert queries.ledger(package)[-1].by is None
    now = queries.liability(world.branch, today, today)
    assert (now.owed, now.ties) == (0, True)
    assert queries.liability(world.branch, today - DAY, today).owed == owed == 1000
    assert domain.lapse() == []
    with pytest.raises(Refusal, match=r"^Laser is lapsed, so no session of it can be used\.$"):
        domain.reserve_session(by=world.owner, session=package.sessions.last(), appointment_id=compat.uuid7())


def test_a_day_of_grace_is_not_over_yet(package, today):
    Enrolment.objects.filter(pk=package.pk).update(valid_until=today - 2 * DAY, grace_days=2)
    assert domain.lapse() == []
    assert domain.lapse(today=today + DAY) == [package]


def test_a_booked_session_keeps_it_from_lapsing(world, package, today):
    visit = compat.uuid7()
    domain.reserve_session(by=world.owner, session=queries.next_session(package), appointment_id=visit)
    lapse(package, today)
    assert package.status == "active"
    domain.complete_session(by=world.owner, appointment_id=visit, practitioner=None, note="")
    lapse(package, today)
    assert (package.status, told(package)[-1][:3]) == ("lapsed", ("lapsed", -2, -500))


def test_extended_it_is_usable_again_with_what_it_had(world, package, today):
    lapse(package, today)
    with pytest.raises(Refusal, match="It would still have ended"):
        domain.extend(by=world.owner, enrolment=package, days=1, reason="x")
    package.refresh_from_db()
    domain.extend(by=world.owner, enrolment=package, days=5, reason="Was ill")
    package.refresh_from_db()
    assert (package.status, states(package)) == ("active", ["completed", "pending", "pending", "pending"])
    assert told(package)[-1] == ("extended", 3, 750, 0, 5)
    use(world, package)


def test_a_transfer_gives_the_rest_to_another_customer(world, package, today):
    other = factories.customer(world.branch, world.receptionist, full_name="Neha Patel")
    pay(world, package, 600)
    new = domain.transfer(by=world.owner, enrolment=package, customer=other, reason="Sister")
    package.refresh_from_db()
    assert (package.status, states(package)) == ("transferred", ["completed", "lost", "lost", "lost"])
    assert (new.customer, new.came_from, new.session_count, new.value) == (other, package, 3, 750)
    assert (new.valid_until, new.plan_name, new.terms) == (package.valid_until, "Laser", package.terms)
    assert told(package)[-1] == ("transferred_out", -3, -750, -350, 0)
    assert told(new) == [("transferred_in", 3, 750, 350, 0)]
    other.standing.refresh_from_db()
    package.customer.standing.refresh_from_db()
    assert (other.standing.active_packages, package.customer.standing.active_packages) == (1, 0)
    assert queries.liability(world.branch, today, today).owed == 750
    for _each in range(3):
        use(world, new)
    assert queries.liability(world.branch, today, today).owed == 0


def test_what_is_paid_later_counts_for_what_the_package_became(world, package):
    other = factories.customer(world.branch, world.receptionist)
    new = domain.transfer(by=world.owner, enrolment=package, customer=other, reason="x")
    pay(world, package, 400)
    assert (new.tally.paid, package.tally.paid) == (400, 0)


def test_who_cant_take_a_package_over(world, package, priya):
    with pytest.raises(Refusal, match="belongs to Priya Mehta already"):
        domain.transfer(by=world.owner, enrolment=package, customer=priya, reason="x")
    gone = factories.customer(world.branch, world.receptionist, is_active=False)
    with pytest.raises(Refusal, match="the record is inactive"):
        domain.transfer(by=world.owner, enrolment=package, customer=gone, reason="x")


def test_an_exchange_counts_the_unused_part(world, package, laser, today):
    plan = factories.plan(laser, name="Face", session_count=6, price=Decimal(2000))
    done = domain.exchange(by=world.owner, enrolment=package, plan=plan, reason="Rather the face")
    package.refresh_from_db()
    assert (done.credit, done.difference) == (750, 1250)
    assert (package.status, done.enrolment.came_from, done.enrolment.value) == ("exchanged", package, 2000)
    assert done.enrolment.valid_until == today + 365 * DAY
    assert (told(package)[-1][:3], told(done.enrolment)[0][:3]) == (
        ("exchanged_out", -3, -750), ("exchanged_in", 6, 2000),
    )  # fmt: skip
    cheap = factories.plan(laser, name="Small", session_count=1, price=Decimal(500))
    back = domain.exchange(
        by=world.owner, enrolment=done.enrolment, plan=cheap, reason="x", value=Decimal(400)
    )
    assert (back.credit, back.difference) == (2000, -1600)


def test_of_one_paid_session_by_session_only_what_was_paid_ahead_counts(world, priya, laser):
    plan = factories.plan(laser, session_count=4, price=Decimal(1000), payment="per_session")
    enrolment = domain.enrol(
        by=world.owner, branch=world.branch, customer=priya, plan=plan, value=Decimal(1000)
    )
    use(world, enrolment)
    pay(world, enrolment, 350)
    done = domain.exchange(by=world.owner, enrolment=enrolment, plan=plan, reason="x")
    assert (done.credit, done.difference) == (100, 900)
    assert done.enrolment.tally.paid == 100


def test_given_back_it_says_what_goes_back(world, package, today):
    pay(world, package, 1000)
    worth = queries.worth(package)
    assert domain.give_back(by=world.owner, enrolment=package, reason="Moving away") == worth
    assert (worth.sessions, worth.unused, worth.used, worth.refundable) == (3, 750, 250, 750)
    package.refresh_from_db()
    assert (package.status, told(package)[-1]) == ("returned", ("returned", -3, -750, 0, 0))
    assert queries.liability(world.branch, today, today).owed == 0
    pay(world, package, -750)
    assert told(package)[-1] == ("refunded", 0, 0, -750, 0)
    assert Event.objects.filter(verb="enrolment.returned", subject_id=package.pk).exists()


def test_a_frozen_package_can_be_given_back(world, package):
    domain.freeze(by=world.owner, enrolment=package, reason="x")
    domain.give_back(by=world.owner, enrolment=package, reason="x")
    package.refresh_from_db()
    assert (package.status, package.frozen_on) == ("returned", None)


CHANGES = {
    "freeze": lambda world, package, **why: domain.freeze(by=world.owner, enrolment=package, **why),
    "transfer": lambda world, package, **why: domain.transfer(
        by=world.owner, enrolment=package, customer=factories.customer(world.branch, world.owner), **why
    ),
    "exchange": lambda world, package, **why: domain.exchange(
        by=world.owner, enrolment=package, plan=package.plan, **why
    ),
    "give_back": lambda world, package, **why: domain.give_back(by=world.owner, enrolment=package, **why),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_change_takes_a_reason_and_no_booked_session(world, package, change):
    with pytest.raises(Refusal, match=r"^Say why\.$"):
        change(world, package, reason=" ")
    domain.reserve_session(
        by=world.owner, session=queries.next_session(package), appointment_id=compat.uuid7()
    )
    with pytest.raises(Refusal, match=r"^Session 2 of Laser is booked"):
        change(world, package, reason="x")


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_was_given_back_is_changed_no_more(world, package, change):
    domain.give_back(by=world.owner, enrolment=package, reason="x")
    with pytest.raises(Refusal, match=r"^Laser is given back, so this can't be done with it"):
        change(world, package, reason="x")
