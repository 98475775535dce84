"""Recording that a requirement is met, or that it failed."""

import pytest
from django.db import DatabaseError, transaction

from clinic.models import Event
from clinic.refusals import Refusal
from packages import domain
from packages.models import RequirementMet


def test_each_result_is_kept_and_announced(world, priya, patch_test):
    for is_passed in (False, True):
        met = domain.meet(
            by=world.owner, requirement=patch_test, customer=priya, is_passed=is_passed, note=" Left forearm "
        )
    assert [row.is_passed for row in RequirementMet.objects.all()] == [True, False]
    assert (met.note, met.by) == ("Left forearm", world.owner)
    event = Event.objects.filter(verb="requirement.met").latest("id")
    assert (event.subject_id, event.branch_id) == (met.pk, world.branch.pk)
    assert event.data == {"customer_id": str(priya.pk), "requirement_id": str(patch_test.pk)}


def test_one_no_longer_asked_for_is_refused(world, priya, patch_test):
    patch_test.is_active = False
    patch_test.save()
    with pytest.raises(Refusal, match="no longer asked for"):
        domain.meet(by=world.owner, requirement=patch_test, customer=priya, is_passed=True, note="")


def test_a_result_is_never_changed(world, priya, patch_test):
    domain.meet(by=world.owner, requirement=patch_test, customer=priya, is_passed=False, note="")
    with pytest.raises(DatabaseError), transaction.atomic():
        RequirementMet.objects.update(is_passed=True)
