"""Who may give a treatment, and what has to be met before it can be booked."""

import datetime

import pytest
import time_machine

from clinic.refusals import Refusal
from packages import domain, queries
from packages.models import Performer
from tests import factories

MONDAY = datetime.datetime(2026, 3, 2, 4, 30, tzinfo=datetime.UTC)  # 10:00 in Bengaluru
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def check(world, priya, laser):
    """The refusal of a visit, or None."""

    def checked(starts_at=MONDAY, **changes) -> Refusal | None:
        wish = {
            "customer": priya,
            "treatment": laser,
            "practitioner": world.doctor,
            "starts_at": starts_at,
            "branch": world.branch,
        }
        try:
            domain.check_treatable(**wish | changes)
        except Refusal as refusal:
            return refusal
        return None

    return checked


@pytest.fixture
def record(world, priya):
    """A result at a moment."""

    def recorded(requirement, at=MONDAY, *, is_passed=True):
        with time_machine.travel(at, tick=False):
            return domain.meet(
                by=world.owner, requirement=requirement, customer=priya, is_passed=is_passed, note=""
            )

    return recorded


def test_without_rules_everybody_gives_it_to_anybody(check, laser):
    assert check() is None
    assert queries.performers_of(laser) is None


def test_only_performers_give_it(world, check, laser):
    rao = factories.practitioner(world.branch, full_name="Reena Rao")
    Performer.objects.create(treatment=laser, practitioner=rao)
    assert queries.performers_of(laser) == {rao.pk}
    refusal = check()
    assert refusal.field == "practitioner"
    assert refusal.message == "Dr. Vivek Kapoor doesn't give Laser Hair Removal; Dr. Reena Rao does."
    assert check(practitioner=rao) is None


def test_those_who_do_are_named_as_far_as_they_are_here_and_work(world, check, laser):
    for name, branch in (
        ("Reena Rao", world.branch),
        ("Asha Thomas", world.branch),
        ("Far Away", world.elsewhere),
    ):
        who = factories.practitioner(branch, full_name=name)
        Performer.objects.create(treatment=laser, practitioner=who)
    gone = factories.practitioner(world.branch, full_name="Gone Away")
    gone.resource.is_active = False
    gone.resource.save()
    Performer.objects.create(treatment=laser, practitioner=gone)
    assert check().message.endswith("; Dr. Asha Thomas and Dr. Reena Rao do.")


def test_nobody_here_sends_to_an_administrator(world, check, laser):
    far = factories.practitioner(world.elsewhere, full_name="Far Away")
    Performer.objects.create(treatment=laser, practitioner=far)
    assert "nobody else at Linqs Cosmetology Clinic does: an administrator can name who." in check().message


def test_a_requirement_never_met_says_what_to_do(check, patch_test):
    refusal = check()
    assert refusal.field == "what"
    assert refusal.message == (
        "A patch test is needed before Laser Hair Removal: record it on the customer's page, at least 48 hours before"
        " the visit."
    )


def test_one_without_waiting_time_and_with_a_name_of_its_own(check, laser):
    factories.requirement(laser, kind="consent", name="Laser, 100 % informed")
    assert check().message == (
        "A signed consent (Laser, 100 % informed) is needed before Laser Hair Removal: record it on the customer's page."
    )


def test_every_unmet_one_is_named(check, patch_test, consent):
    assert "A patch test is needed" in check().message and "A signed consent is needed" in check().message


def test_one_no_longer_asked_for_blocks_nothing(check, patch_test):
    patch_test.is_active = False
    patch_test.save()
    assert check() is None


@pytest.mark.parametrize(("after", "met"), [(47, False), (48, True), (49, True)])
def test_the_waiting_time_counts_to_the_visits_begin(check, record, patch_test, after, met):
    record(patch_test)
    refusal = check(MONDAY + after * HOUR)
    assert (refusal is None) == met
    if refusal:
        assert refusal.message == (
            "Patch test: passed on 2 Mar 2026, so Laser Hair Removal can begin from Wed 4 Mar, 10:00 on."
        )


@pytest.mark.parametrize(("days", "met"), [(180, True), (181, False)])
def test_the_last_day_of_validity_counts_whole_and_is_the_branchs(check, record, patch_test, days, met):
    """Passed at 10:00; the visit begins at 23:30 in Bengaluru, which is a day that has not ended in UTC either."""
    record(patch_test)
    refusal = check(MONDAY + days * DAY + datetime.timedelta(hours=13, minutes=30))
    assert (refusal is None) == met
    if refusal:
        assert refusal.message == (
            "Patch test: that of 2 Mar 2026 held until 29 Aug 2026. Laser Hair Removal needs a new one."
        )


def test_a_day_begins_at_the_branchs_midnight(check, record, laser):
    """00:30 of the day after in Bengaluru is the last day still in UTC."""
    record(factories.requirement(laser, valid_days=1))
    assert check(datetime.datetime(2026, 3, 3, 18, 0, tzinfo=datetime.UTC)) is None
    assert check(datetime.datetime(2026, 3, 3, 19, 0, tzinfo=datetime.UTC))


def test_a_reaction_ends_what_was_passed_before(check, record, patch_test):
    record(patch_test)
    record(patch_test, MONDAY + DAY, is_passed=False)
    later = MONDAY + 10 * DAY
    assert check(later).message == (
        "Patch test: the skin reacted on 3 Mar 2026. Laser Hair Removal can't be booked until a new one is passed."
    )
    record(patch_test, MONDAY + 5 * DAY)
    assert check(later) is None


def test_a_declined_consent_says_so(check, record, consent):
    record(consent, is_passed=False)
    assert check(MONDAY + DAY).message == (
        "Consent: declined on 2 Mar 2026. Laser Hair Removal can't be booked until it is given."
    )


def test_a_renewal_takes_nothing_away(check, record, patch_test):
    """Tested anew today, booked for tomorrow: the old test still holds then."""
    record(patch_test)
    record(patch_test, MONDAY + 100 * DAY)
    assert check(MONDAY + 101 * DAY) is None


def test_a_renewal_after_the_end_waits_again(check, record, patch_test):
    record(patch_test)
    record(patch_test, MONDAY + 200 * DAY)
    assert "can begin from Sun 20 Sep, 10:00 on" in check(MONDAY + 201 * DAY).message
    assert check(MONDAY + 202 * DAY) is None


def test_anothers_result_is_not_hers(world, check, patch_test):
    other = factories.customer(world.branch, world.receptionist)
    domain.meet(by=world.owner, requirement=patch_test, customer=other, is_passed=True, note="")
    assert check() is not None
    assert queries.unmet(other.pk, patch_test.treatment, MONDAY)[0].why == "too_soon"
