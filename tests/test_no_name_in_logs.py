"""What a person is called, where they live and what they typed stands in no log: neither ours nor the libraries'."""

import json
import logging

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from uuid_utils import compat

from clinic import logs
from clinic.celery import app
from tests import factories

PHONE, EMAIL, NAME, PASSWORD = "9812300456", "zeta.canary@example.org", "Zeta Canary", "hunter2-canary"
CANARIES = (PHONE, EMAIL, "Canary", "canary")


class Kept(logging.Handler):
    """What the console would be given, drawn as it would be drawn."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logs.formatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log():
    """Everything from INFO on, as in production; and what libraries would say at DEBUG with a value in it."""
    kept, root = Kept(), logging.getLogger()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.INFO)
    yield kept.lines
    root.removeHandler(kept)
    root.setLevel(level)


def test_a_day_at_the_desk_leaves_no_name_in_the_log(client, world, log, monkeypatch):
    client.raise_request_exception = False
    client.post("/sign-in/", {"username": EMAIL, "password": PASSWORD})
    client.force_login(world.owner, backend="staff.backends.EmailOrUsername")
    body = {"full_name": NAME, "phone": PHONE, "email": EMAIL, "gender": "female", "notes": NAME}
    made = client.post(reverse("customer-new"), body | {"idempotency_key": str(compat.uuid7())})
    assert made.status_code == 302
    client.get(made["Location"])
    client.get(reverse("customer-list"), {"q": PHONE})
    client.get(reverse("search"), {"q": NAME})
    client.get(reverse("customer-known"), {"phone": PHONE, "full_name": NAME})
    client.get("/nowhere/", {"q": EMAIL})
    client.post(
        reverse("customer-new"), body | {"phone": f"{PHONE}0", "idempotency_key": str(compat.uuid7())}
    )
    client.post(reverse("customer-new"), body)  # without its key
    client.get(reverse("audit-list"), {"q": EMAIL})
    client.get(reverse("customer-export"), {"q": PHONE})
    monkeypatch.setattr("customers.queries.listed", lambda **_asked: 1 / 0)
    assert client.get(reverse("customer-list"), {"q": PHONE}).status_code == 500
    assert any("request_finished" in line for line in log)
    assert any("ZeroDivisionError" in line for line in log)
    assert [line for line in log if any(canary in line for canary in CANARIES)] == []


def test_what_the_database_quotes_of_a_refused_row_is_left_out(world, log):
    priya = factories.customer(
        world.branch, world.owner, full_name=NAME, email=EMAIL, notes=f"One\n\nTwo {NAME}"
    )
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE customers_customer SET gender = NULL WHERE id = %s", [priya.pk])
    except IntegrityError as problem:
        assert NAME in str(problem), "otherwise this tries nothing"
        logging.getLogger("clinic").exception("Refused: %s", problem)
    (line,) = log
    assert "not-null" in json.loads(line)["exception"]
    assert not any(canary in line for canary in CANARIES)


def test_tasks_take_ids_alone():
    """No task has a parameter that could hold a name: what it needs it looks up."""
    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    taken = {
        (task.name, name)
        for task in ours
        for name in task.run.__code__.co_varnames[: task.run.__code__.co_argcount]
    }
    assert {name for _task, name in taken} <= {
        "event_id",
        "invoice_id",
        "import_id",
        "document_id",
        "message_id",
        "run_id",
        "pk",
        "self",
    }
