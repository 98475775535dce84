"""The audit: every write leaves a row, whoever makes it, and nobody can rewrite it."""

import pytest
from django.db import DatabaseError, connection, transaction

from clinic import celery
from clinic.audit import Context, acting
from clinic.models import AuditPersonalValue, AuditRow, Holiday
from clinic.refusals import Refusal
from tests import factories


def last(table: str) -> AuditRow:
    return AuditRow.objects.filter(table_name=table).order_by("-id").first()


def test_a_bulk_update_is_caught_with_before_and_after(world):
    Holiday.objects.create(branch=world.branch, day="2030-01-01", name="Old")
    Holiday.objects.filter(day="2030-01-01").update(name="New")
    assert last("clinic_holiday").changed == {"name": ["Old", "New"]}


def test_raw_sql_is_caught(world):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_branch SET tagline = 'Raw' WHERE id = %s", [world.branch.pk])
    assert last("clinic_branch").changed["tagline"][1] == "Raw"


def test_it_says_who_from_where(world):
    context = Context(
        by=str(world.owner.pk), ip="192.0.2.7", agent="Browser", path="/somewhere/", request="r-1"
    )
    with acting(context, connection):
        Holiday.objects.create(branch=world.branch, day="2030-01-02", name="Known")
    row = last("clinic_holiday")
    assert (row.by_id, row.ip, row.path, row.request_id) == (
        world.owner.pk,
        "192.0.2.7",
        "/somewhere/",
        "r-1",
    )
    Holiday.objects.create(branch=world.branch, day="2030-01-03", name="After")
    assert last("clinic_holiday").by_id is None, (
        "the context doesn't leak to the next request on the connection"
    )


def test_a_refusal_before_it_does_not_make_a_write_anonymous(world):
    context = Context(by=str(world.owner.pk), path="/somewhere/")
    with acting(context, connection):
        with pytest.raises(Refusal), transaction.atomic():
            Holiday.objects.create(branch=world.branch, day="2030-01-04", name="Refused")
            raise Refusal("No")
        Holiday.objects.create(branch=world.branch, day="2030-01-05", name="Kept")
    assert last("clinic_holiday").by_id == world.owner.pk


@pytest.mark.django_db(transaction=True)
def test_nor_does_a_transaction_of_its_own_that_was_rolled_back(world):
    @transaction.atomic
    def write(day: str, *, refused: bool) -> None:
        Holiday.objects.create(branch=world.branch, day=day, name="Holi")
        if refused:
            raise Refusal("No")

    with acting(Context(by=str(world.owner.pk)), connection):
        with pytest.raises(Refusal):
            write("2030-01-06", refused=True)
        write("2030-01-07", refused=False)
        assert last("clinic_holiday").by_id == world.owner.pk
        Holiday.objects.filter(day="2030-01-07").update(name="Diwali")
        assert last("clinic_holiday").by_id == world.owner.pk
    Holiday.objects.filter(day="2030-01-07").update(name="Onam")
    assert last("clinic_holiday").by_id is None


def test_a_job_is_named(world):
    @celery.app.task(name="tests.write")
    def write():
        Holiday.objects.create(branch=world.branch, day="2030-01-08", name="By a job")

    write.apply(task_id="job-1", throw=True)
    row = last("clinic_holiday")
    assert (row.path, row.request_id, row.by_id) == ("task tests.write", "job-1", None)


def test_an_address_with_a_nul_is_no_server_error(world):
    with acting(Context(path="/somewhere/\0/"), connection):
        Holiday.objects.create(branch=world.branch, day="2030-01-09", name="Odd")
    assert last("clinic_holiday").path == "/somewhere//"


@pytest.mark.parametrize(
    ("came_from", "kept"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.7"),
        ("", None),
        ("x", None),
    ],
)
def test_wherever_a_request_comes_from_it_is_kept_or_left_out(client, world, came_from, kept):
    """A tablet in the next room has a link-local address; a proxy on this machine may have none."""
    typed = {"username": "meena", "password": "wrong"}
    assert client.post("/sign-in/", typed, REMOTE_ADDR=came_from).status_code == 422
    assert (
        client.post("/sign-in/", typed | {"password": factories.PASSWORD}, REMOTE_ADDR=came_from).status_code
        == 302
    )
    row = last("staff_user")
    assert (row.path, row.ip) == ("/sign-in/", kept)


def test_a_page_that_writes_nothing_sets_no_context(world, django_assert_num_queries):
    with django_assert_num_queries(1), acting(Context(by=str(world.owner.pk)), connection):
        list(Holiday.objects.all())


def test_passwords_are_never_copied(world):
    world.owner.set_password("something else entirely")
    world.owner.save()
    row = last("staff_user")
    assert row.changed["password"] == ["secret", "secret"]
    assert "argon2" not in str(row.changed) and "md5" not in str(row.changed)


def test_personal_values_are_hashed_here_and_kept_apart(world):
    customer = factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")
    row = AuditRow.objects.get(table_name="customers_customer", row_id=str(customer.pk))
    assert "Priya" not in str(row.changed)
    before, after = row.changed["full_name"]
    assert before is None and after.startswith("sha256:")
    kept = AuditPersonalValue.objects.get(audit_id=row.pk, column_name="full_name")
    assert kept.before_and_after == [None, "Priya Mehta"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clinic_audit SET path = ''",
        "DELETE FROM clinic_audit",
        "TRUNCATE clinic_audit",
        "INSERT INTO clinic_audit (table_name, row_id, action, changed, agent, path, request_id)"
        " VALUES ('x', 'x', 'I', '{}', '', '', '')",
        "UPDATE clinic_audit_personal SET salt = ''",
        "ALTER TABLE clinic_holiday DISABLE TRIGGER audit",
        "DROP TRIGGER audit ON clinic_holiday",
    ],
)
def test_the_application_cannot_touch_it(world, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", ["UPDATE clinic_audit SET path = 'x'", "TRUNCATE clinic_audit_default"])
@pytest.mark.django_db(databases=["default", "owner"])
def test_not_even_the_owner_rewrites_it_by_accident(statement):
    from django.db import connections

    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("UPDATE clinic_organisation SET name = name || '' WHERE false")
        cursor.execute(
            "INSERT INTO clinic_audit (table_name, row_id, action, changed, agent, path, request_id)"
            " VALUES ('x', 'x', 'I', '{}', '', '', '')"
        )
        with (
            pytest.raises(DatabaseError, match="kept as they were written"),
            transaction.atomic(using="owner"),
        ):
            cursor.execute(statement)
