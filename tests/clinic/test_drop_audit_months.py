"""Old months of the audit go when the law lets them, by a person's command, and never past a broken seal."""

import datetime
import io

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from clinic import tasks
from clinic.audit import dropping, verifying
from clinic.models import AuditPersonalValue, AuditRow, AuditSeal
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

FEBRUARY, MARCH = "clinic_audit_2015_02", "clinic_audit_2015_03"
PAST_EVERY_TRIGGER = "SET session_replication_role = replica"


def as_owner(*statements: str) -> None:
    with connections["owner"].cursor() as cursor:
        for statement in (*statements, "RESET session_replication_role"):
            cursor.execute(statement)


@pytest.fixture
def old(world):
    """Four rows of each month, one with a personal value, under one seal with rows of today."""
    as_owner(
        f"CREATE TABLE {FEBRUARY} PARTITION OF clinic_audit FOR VALUES FROM ('2015-02-01 00:00+00') TO ('2015-03-01 00:00+00')",
        f"CREATE TABLE {MARCH} PARTITION OF clinic_audit FOR VALUES FROM ('2015-03-01 00:00+00') TO ('2015-04-01 00:00+00')",
        "INSERT INTO clinic_audit (at, table_name, row_id, action, changed, agent, path, request_id)"
        " SELECT timestamptz '2015-02-10 00:00+00' + g * interval '5 days', 'x', g::text, 'D', '{}', '', '', ''"
        " FROM generate_series(0, 7) AS g",
        "INSERT INTO clinic_audit_personal (audit_id, column_name, before_and_after, salt)"
        " SELECT id, 'phone', ARRAY['+919876543210', NULL], 's' FROM clinic_audit"
        " WHERE row_id = '0' AND table_name = 'x'",
    )
    factories.customer(world.branch, world.owner)
    tasks.seal_audit()


def run(*options: str) -> str:
    out = io.StringIO()
    call_command("drop_audit_months", *options, stdout=out)
    return out.getvalue()


def there() -> set[str]:
    return {month.table for month in dropping.months()} & {FEBRUARY, MARCH}


@pytest.mark.parametrize(
    ("ends", "until"),
    [
        ("2015-03-01T00:00+00:00", datetime.date(2021, 12, 31)),
        (
            "2015-04-01T00:00+00:00",
            datetime.date(2022, 12, 31),
        ),  # in India its last hours are of the next year
        ("2026-12-01T00:00+00:00", datetime.date(2033, 12, 31)),
    ],
)
def test_how_long_a_month_is_kept(ends, until):
    assert dropping.Month("x", timezone.now(), datetime.datetime.fromisoformat(ends)).kept_until == until


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2021-12-31 12:00+05:30", "No month is old enough.\n"),
        ("2022-01-01 12:00+05:30", f"{FEBRUARY} had to be kept until 31 Dec 2021.\n"),
    ],
)
def test_the_law_says_when_and_nothing_goes_without_the_word(old, day, said):
    with time_machine.travel(day):
        assert run() == said
    assert there() == {FEBRUARY, MARCH}


def test_dropped_and_the_chain_holds(old):
    with time_machine.travel("2022-06-01 12:00+05:30"):
        assert "Dropped, with 4 rows." in run("--drop")
    assert there() == {MARCH}
    assert list(AuditRow.objects.filter(table_name="x").values_list("row_id", flat=True)) == [
        "7",
        "6",
        "5",
        "4",
    ]
    assert not AuditPersonalValue.objects.filter(salt="s").exists()
    note = AuditRow.objects.latest("id")
    assert (note.action, note.changed["rows"]) == ("T", 4)
    assert AuditSeal.objects.count() == 1
    assert verifying.verify(personal=True).wrong == []
    tasks.seal_audit()
    assert "Dropped, with 4 rows." in run("--drop")
    assert verifying.verify().wrong == []


def test_what_goes_missing_besides_is_found(old):
    run("--drop")
    as_owner(PAST_EVERY_TRIGGER, "DELETE FROM clinic_audit WHERE table_name = 'customers_customer'")
    (said,) = verifying.verify().wrong
    assert "is missing; seal 1" in said


def test_nothing_is_dropped_past_a_broken_seal(old):
    as_owner(PAST_EVERY_TRIGGER, f"UPDATE {MARCH} SET path = 'x' WHERE row_id = '7'")
    with pytest.raises(CommandError, match="seals don't hold"):
        run("--drop")
    assert there() == {FEBRUARY, MARCH}


def test_nor_while_rows_of_those_months_wait_for_a_seal(old):
    as_owner(
        "INSERT INTO clinic_audit (at, table_name, row_id, action, changed, agent, path, request_id)"
        " VALUES ('2015-02-20', 'x', 'late', 'D', '{}', '', '', '')"
    )
    with pytest.raises(CommandError, match="aren't sealed yet"):
        run("--drop")


def test_who_drops_too_early_past_the_command_is_told_of(old):
    month = f"clinic_audit_{timezone.now():%Y_%m}"
    as_owner(
        f"ALTER TABLE clinic_audit DETACH PARTITION {month}",
        f"DROP TABLE {month}",
        "INSERT INTO clinic_audit (table_name, row_id, action, changed, agent, path, request_id)"
        " VALUES ('clinic_audit', 'x', 'T', jsonb_build_object('before', now() + interval '1 day'), '', '', '')",
    )
    early, missing = verifying.verify().wrong
    assert "before the law allows it" in early
    assert "is missing" in missing
