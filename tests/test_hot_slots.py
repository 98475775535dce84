"""Sixteen desks want the same times over HTTP, from four gunicorn workers: each time is booked once.

In the suite a few hundred attempts; the long race is the same with
HOT_SLOTS=500 HOT_ROUNDS=7 python -m pytest tests/test_hot_slots.py -s
"""

import datetime
import itertools
import os
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Barrier
from typing import NamedTuple

import pytest
from django.db import connection, connections
from django.urls import reverse
from uuid_utils import compat

from appointments.models import Appointment, Hold
from clinic.models import Resource
from packages.models import TreatmentResource
from tests import factories
from tests.web import Desk, serving

SLOTS, ROUNDS = int(os.environ.get("HOT_SLOTS", "20")), int(os.environ.get("HOT_ROUNDS", "1"))
DESKS, SEED = 16, int(os.environ.get("HOT_SEED", "1"))
CONTROL_SLOTS = 12  # of sixteen attempts each: fewer than 200
MONDAY = datetime.date(2031, 3, 3)
A_DAY = [datetime.time(9 + n // 4, 15 * (n % 4)) for n in range(40) if not 16 <= n < 20]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


class Answer(NamedTuple):
    slot: int
    status: int
    offers: bool


class Stage:
    """Two practitioners who share one laser in one room: whoever books either of them takes all three kinds."""

    def __init__(self, world) -> None:
        self.world = world
        self.doctors = [world.doctor, factories.practitioner(world.branch, full_name="Second Hand")]
        laser = factories.device(world.branch)
        room = Resource.objects.create(branch=world.branch, kind=Resource.Kind.ROOM, name="Laser room")
        self.treatment = factories.treatment(world.branch, minutes=15, needs=laser)
        TreatmentResource.objects.create(treatment=self.treatment, resource=room)
        clerk = world.receptionist
        self.customers = [factories.customer(world.branch, clerk) for _ in range(DESKS)]
        self.slots = [
            (MONDAY + datetime.timedelta(days=n // len(A_DAY)), A_DAY[n % len(A_DAY)])
            for n in range(max(SLOTS, CONTROL_SLOTS))
        ]

    def attempt(self, desk: Desk, client: int, slot: int) -> Answer:
        day, at = self.slots[slot]
        body = {
            "idempotency_key": compat.uuid7(),
            "customer": self.customers[client].pk,
            "what": f"treatment:{self.treatment.pk}",
            "practitioner": self.doctors[(client + slot) % 2].pk,
            "day": day,
            "time": f"{at:%H:%M}",
        }
        status, _to, page = desk.post(reverse("appointment-new"), body)
        return Answer(slot, status, b'name="offer"' in page)


@contextmanager
def given_up(together: Barrier) -> Iterator[None]:
    """Nobody waits for a desk that has failed."""
    try:
        yield
    except BaseException:
        together.abort()
        raise


def run(stage: Stage, port: int, slots: int, rounds: int) -> list[Answer]:
    """Each slot first by all desks at once, then again and again in an order of each desk's own."""
    together = Barrier(DESKS)

    def attempts(client: int) -> Iterator[Answer]:
        with closing(Desk(stage.world.receptionist, port)) as desk, given_up(together):
            for slot in range(slots):
                together.wait(60)
                yield stage.attempt(desk, client, slot)
            order = random.Random(SEED * DESKS + client)
            for _ in range(rounds - 1):
                for slot in order.sample(range(slots), slots):
                    yield stage.attempt(desk, client, slot)

    with ThreadPoolExecutor(DESKS) as pool:
        return list(itertools.chain(*pool.map(lambda client: list(attempts(client)), range(DESKS))))


def overlapping_holds() -> int:
    held = Hold._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {held} a JOIN {held} b ON a.resource_id = b.resource_id AND a.id < b.id"
            " AND a.during && b.during WHERE a.released_at IS NULL AND b.released_at IS NULL"
        )
        return cursor.fetchone()[0]


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def test_a_hot_slot_is_booked_once(world):
    stage = Stage(world)
    with serving() as port:
        answers = run(stage, port, SLOTS, ROUNDS)
    won = Counter(answer.slot for answer in answers if answer.status == 302)
    print(f"{len(answers)} attempts at {SLOTS} slots, seed {SEED}: {Counter(a.status for a in answers)}")
    assert Counter(answer.status for answer in answers) == {302: SLOTS, 422: len(answers) - SLOTS}
    assert set(won.values()) == {1}
    assert all(answer.offers for answer in answers if answer.status == 422)
    assert Appointment.objects.count() == SLOTS
    assert (overlapping_holds(), deadlocks()) == (0, 0)


def test_the_control_books_a_hot_slot_twice(world):
    """The same race without the line and without the constraint: it would find a double booking."""
    stage = Stage(world)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE appointments_hold DROP CONSTRAINT hold_resource_in_one_place")
    with serving("tests.unguarded:application") as port:
        run(stage, port, CONTROL_SLOTS, 1)
    assert overlapping_holds() > 0
