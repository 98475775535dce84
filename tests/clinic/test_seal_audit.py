"""The chain of seals over the audit: what it covers, and that nobody changes, removes or adds a row unnoticed."""

import io
import re

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from clinic import audit, registries, tasks
from clinic.audit import seals, verifying
from clinic.models import AuditPersonalValue, AuditRow, AuditSeal, Holiday
from customers import domain as customers
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def sealed(world):
    """Two seals: over the making of the world, and over three holidays."""
    tasks.seal_audit()
    for day in range(1, 4):
        Holiday.objects.create(branch=world.branch, day=f"2030-02-0{day}", name=f"Day {day}")
    tasks.seal_audit()
    return list(AuditSeal.objects.all())


def as_owner(*statements: str) -> None:
    """Past every trigger and right, as somebody would who owns the database."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")


def verify(**options) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_audit", stdout=out, stderr=err, **options)
    except CommandError as end:
        return out.getvalue(), f"{err.getvalue()}{end}"
    return out.getvalue(), err.getvalue()


def test_each_seal_follows_the_one_before_it_and_every_row_has_one(world, sealed):
    first, second = sealed
    assert (first.number, second.number, second.previous) == (1, 2, first.sha256)
    assert (second.from_transaction, second.from_id) == (first.to_transaction, first.to_id)
    assert second.count == 3
    assert first.count + second.count == AuditRow.objects.count()
    assert seals.covering(AuditRow.objects.latest("id")).number == 2
    report = verifying.verify(personal=True)
    assert (report.seals, report.rows, report.wrong) == (2, AuditRow.objects.count(), [])
    assert report.values == AuditPersonalValue.objects.count() > 0
    assert "as it was sealed" in verify()[0]


def test_nothing_new_makes_no_seal(sealed):
    tasks.seal_audit()
    assert AuditSeal.objects.count() == 2


def test_many_rows_are_sealed_in_portions(world, monkeypatch):
    monkeypatch.setattr(seals, "MOST", 20)
    tasks.seal_audit()
    assert {seal.count for seal in AuditSeal.objects.order_by("-number")[1:]} == {20}
    assert sum(AuditSeal.objects.values_list("count", flat=True)) == AuditRow.objects.count()
    assert verifying.verify().wrong == []


def test_what_is_still_being_written_waits_and_what_began_after_it_too(world, sealed):
    """Its id is taken already: a seal that closed over it would see it come in later."""
    with psycopg.connect(_address()) as other:
        other.execute("UPDATE clinic_holiday SET name = 'Slow' WHERE name = 'Day 1'")
        Holiday.objects.filter(name="Day 2").update(name="Quick")
        tasks.seal_audit()
        assert AuditSeal.objects.count() == 2
        assert seals.lag().count == 1, "the slow one can't be seen yet"
        other.commit()
    tasks.seal_audit()
    assert AuditSeal.objects.latest("number").count == 2
    assert seals.lag().count == 0
    assert verifying.verify().wrong == []


def test_what_another_database_of_the_server_writes_keeps_nothing_waiting(world, sealed):
    with psycopg.connect(_address(), dbname="postgres") as other:
        other.execute("SELECT pg_current_xact_id()")
        Holiday.objects.filter(name="Day 1").update(name="Other")
        tasks.seal_audit()
        assert AuditSeal.objects.count() == 3
        assert seals.lag().count == 0
    assert verifying.verify().wrong == []


def _address() -> str:
    known = connections["owner"].get_connection_params()
    return psycopg.conninfo.make_conninfo(
        host=known.get("host"), port=known.get("port"), user=known.get("user"), dbname=known["dbname"]
    )


def test_sealing_takes_a_transaction_of_its_own(world):
    with pytest.raises(DatabaseError, match="of its own"), transaction.atomic():
        Holiday.objects.create(branch=world.branch, day="2030-02-09", name="Mine")
        seals.seal()


def test_the_lag_tells_how_many_wait_and_since_when(world, sealed):
    assert (seals.lag().count, seals.lag().oldest) == (0, None)
    Holiday.objects.filter(name="Day 1").update(name="Other")
    lag = seals.lag()
    assert (lag.count, lag.oldest, lag.is_late) == (1, AuditRow.objects.latest("id").at, False)


ROW = "(SELECT max(id) - 1 FROM clinic_audit)"
TAMPERING = {
    "changed": ([f"UPDATE clinic_audit SET by_id = NULL, path = '/x' WHERE id = {ROW}"], "was changed after seal 2"),
    "a changed column": (
        [f"UPDATE clinic_audit SET changed = '{{\"name\": [null, \"Nothing\"]}}' WHERE id = {ROW}"],
        "was changed after seal 2",
    ),
    "missing": ([f"DELETE FROM clinic_audit WHERE id = {ROW}"], "is missing; seal 2"),
    "put in": (
        [
            "INSERT INTO clinic_audit (at, transaction, table_name, row_id, action, changed, agent, path, request_id)"
            f" SELECT at, transaction, 'x', 'x', 'I', '{{}}', '', '', '' FROM clinic_audit WHERE id = {ROW}"
        ],
        "was put in after seal 2",
    ),
    "the seal": (["UPDATE clinic_auditseal SET count = 2 WHERE number = 2"], "Seal 2 was changed"),
    "a seal missing": (["DELETE FROM clinic_auditseal WHERE number = 1"], "Seal 2 doesn't follow"),
    "what is printed of a row": (
        ["UPDATE clinic_auditseal SET prints = prints || prints WHERE number = 1"], "Seal 1 was changed",
    ),
    "a personal value": (
        [
            "UPDATE clinic_audit_personal SET before_and_after[2] = 'Somebody Else'"
            " WHERE id = (SELECT min(id) FROM clinic_audit_personal)"
        ],
        "isn't the one that was sealed",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("statements", "said"), TAMPERING.values(), ids=TAMPERING)
def test_tampering_is_found_and_named(sealed, statements, said):
    tampered = AuditRow.objects.order_by("-id")[1]
    as_owner(*statements)
    _out, err = verify()
    assert said in err
    assert re.search(r"\d+ things? (is|are) wrong", err)
    if "Row" in err and "put in" not in said:
        assert f"Row {tampered.pk} " in err


def test_a_tampered_row_is_what_prove_finds_too(sealed):
    assert list(registries.proofs()["seals of the audit"]()) == []
    as_owner(f"UPDATE clinic_audit SET agent = 'x' WHERE id = {ROW}")
    (said,) = registries.proofs()["seals of the audit"]()
    assert "was changed after seal 2" in said


def test_prove_looks_at_the_latest_only(sealed, monkeypatch):
    monkeypatch.setattr(verifying, "FEW", 1)
    as_owner("UPDATE clinic_audit SET agent = 'x' WHERE id = (SELECT min(id) FROM clinic_audit)")
    assert list(verifying.few()) == []
    assert len(verifying.verify().wrong) == 1


def test_erasing_a_person_leaves_every_seal_whole(world, settings):
    zubaida = factories.customer(world.branch, world.owner, full_name="Zubaida Canary")
    tasks.seal_audit()
    customers.erase(by=world.owner, customer=zubaida)
    assert not AuditPersonalValue.objects.filter(before_and_after__contains=["Zubaida Canary"]).exists()
    tasks.seal_audit()
    report = verifying.verify(personal=True)
    assert (report.wrong, report.rows) == ([], AuditRow.objects.count())


def test_a_backup_read_into_a_server_that_counts_from_lower_on(sealed, world):
    """Simulated from the other end: rows and seals as if they had come from a server far ahead of this one."""
    far = 10**12
    as_owner(
        "DELETE FROM clinic_auditseal",
        f"UPDATE clinic_audit SET transaction = (transaction::text::bigint + {far})::text::xid8",
    )
    brought = AuditRow.objects.count()
    Holiday.objects.filter(name="Day 1").update(name="Here")
    tasks.seal_audit()
    Holiday.objects.filter(name="Day 2").update(name="Here too")
    tasks.seal_audit()
    told = AuditSeal.objects.values_list("run", "count")
    assert list(told) == [(1, brought), (2, 1), (2, 1)]
    assert (verifying.verify().wrong, seals.lag().count) == ([], 0)
    as_owner(f"UPDATE clinic_audit SET path = 'x' WHERE id = {ROW}")
    assert "was changed after seal 2" in verify()[1]


def test_the_last_seal_for_a_paper_is_found_again(sealed):
    printed = audit.last_seal()
    number, hash_ = re.match(r"(\d+): ((?:[0-9a-f]{4} ){2}[0-9a-f]{4}), ", printed).groups()
    assert number == "2"
    assert "That is seal 2" in verify(printed=hash_)[0]
    assert "No seal of this audit" in verify(printed="0000 0000 0000")[1]
    assert "No seal of this audit" in verify(printed="2")[1], "too short to say anything"


def test_before_the_first_seal_nothing_is_printed(world):
    assert audit.last_seal() == ""
    assert list(verifying.few()) == []
    assert verify(seal=True)[0].startswith(f"{AuditRow.objects.count()} rows sealed now.")


def partitions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'clinic_audit'::regclass"
        )
        return [name for (name,) in cursor.fetchall()]


def test_the_application_cannot_touch_rows_months_or_seals(sealed):
    month = f"clinic_audit_{timezone.now():%Y_%m}"
    assert month in partitions()
    attempts = [
        f"{what} {table}{rest}"
        for table in (
            "clinic_audit",
            month,
            "clinic_audit_default",
            "clinic_audit_personal",
            "clinic_auditseal",
        )
        for what, rest in (("DELETE FROM", ""), ("TRUNCATE", ""), ("DROP TABLE", ""))
    ]
    attempts += [
        f"UPDATE {month} SET path = 'x'",
        "UPDATE clinic_auditseal SET sha256 = 'x'",
        "INSERT INTO clinic_auditseal SELECT * FROM clinic_auditseal LIMIT 1",
        f"ALTER TABLE clinic_audit DETACH PARTITION {month}",
        "ALTER TABLE clinic_audit DISABLE TRIGGER keep",
        "SET session_replication_role = replica",
        "SELECT clinic_audit_note('U', 'x', 'x', '{}', NULL, NULL, '', '', '', NULL, NULL, false)",
        "SELECT clinic_audit_note('T', 'x', 'x', '{}', NULL, NULL, '', '', '', NULL, NULL, false)",
    ]
    allowed = []
    for statement in attempts:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
            allowed.append(statement)
        except DatabaseError:
            pass
    assert allowed == []
    assert verifying.verify().wrong == []


@pytest.mark.parametrize("table", ["clinic_audit", "month", "clinic_audit_default", "clinic_auditseal"])
def test_not_even_the_owner_empties_them_by_accident(sealed, table):
    table = f"clinic_audit_{timezone.now():%Y_%m}" if table == "month" else table
    for statement in (f"TRUNCATE {table}", f"DELETE FROM {table}"):
        if table == "clinic_audit_default" and statement.startswith("DELETE"):
            continue  # it is empty
        with (
            pytest.raises(DatabaseError, match="kept as they were written"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute(statement)
