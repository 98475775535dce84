"""Two people, one record: the second is told."""

import pytest

from clinic import versions
from clinic.refusals import Stale


def test_the_second_of_two_edits_is_refused_and_nothing_is_lost(world):
    mine = type(world.branch).objects.get(pk=world.branch.pk)
    theirs = type(world.branch).objects.get(pk=world.branch.pk)
    theirs.tagline = "Theirs"
    versions.save(theirs, fields=["tagline"], version=theirs.version)
    mine.tagline = "Mine"
    with pytest.raises(Stale):
        versions.save(mine, fields=["tagline"], version=mine.version)
    world.branch.refresh_from_db()
    assert world.branch.tagline == "Theirs"
    assert world.branch.version == 2
