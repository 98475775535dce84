"""Sixteen clients issue invoices over three series and one 1 April, and one in five fails after it took a number.

The small run belongs to the suite. `NUMBERS=10000 python -m pytest tests/billing/test_numbers_race.py -s` is the full one.
"""

import datetime
import os
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from random import Random
from threading import Lock

import pytest
import time_machine
from django.db import connection, connections
from django.db.models import Max
from django.utils import timezone
from uuid_utils import compat

from billing import domain, proofs
from billing.models import Invoice, InvoiceLine
from clinic import numbering
from clinic.models import Series, SeriesYear
from tests import database, factories
from tests.billing.conftest import Shop, stocked
from tests.race import race

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

COUNT = int(os.environ.get("NUMBERS", "72"))
CLIENTS = 16
FAILING = 0.2
EVENING, MORNING = datetime.time(22, 0), datetime.time(0, 0, 1)


class Interrupted(Exception):
    """Something went wrong after the number was taken, so that all of it is rolled back."""


@dataclass
class Observer:
    """Stands between a client and the number it took: sees what is committed by then, and makes some fail."""

    turn_of_the_year: object
    taken: int = 0
    failed: int = 0
    out_of_order: list[str] = field(default_factory=list)
    chance: Random = field(default_factory=lambda: Random("numbers"))
    alone: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.real = numbering.take

    def take(self, **asked):
        number = self.real(**asked)
        # Each statement sees what is committed at its beginning: of this series all numbers before, and no other.
        rows = Invoice.objects.filter(series_year=number.series_year)
        seen = rows.aggregate(last=Max("number"))["last"]
        if (int(seen[-5:]) if seen else 0) != number.series_year.last_number - 1:
            self.out_of_order.append(number.text)
        with self.alone:
            self.taken += 1
            if self.taken == COUNT // 2:
                self.turn_of_the_year()
            fails = self.chance.random() < FAILING
            self.failed += fails
        if fails:
            raise Interrupted
        return number


def copies(drafts: list[Invoice], people: list) -> list[Invoice]:
    """Drafts like these, written past the verbs: only issuing them is looked at."""
    lines = {draft.pk: list(draft.lines.all()) for draft in drafts}
    made, of_them = [], []
    for number in range(COUNT):
        model = drafts[number % len(drafts)]
        copy = _copy(model)
        copy.pk, copy.customer = compat.uuid7(), people[number % len(people)]
        made.append(copy)
        for line in lines[model.pk]:
            values = {each.attname: getattr(line, each.attname) for each in InvoiceLine._meta.concrete_fields}
            of_them.append(InvoiceLine(**values | {"id": compat.uuid7(), "invoice_id": copy.pk}))
    Invoice.objects.bulk_create(made, 500)
    InvoiceLine.objects.bulk_create(of_them, 500)
    return made


def _copy(model: Invoice) -> Invoice:
    written = [each for each in Invoice._meta.concrete_fields if not each.generated]
    return Invoice(**{each.attname: getattr(model, each.attname) for each in written})


def waiting(shop: Shop, elsewhere) -> list[Invoice]:
    """Drafts for three series: tax invoices and bills of supply of one branch, tax invoices of another."""
    consultation = factories.treatment(shop.branch, name="Consultation", tax="health_care")
    there = Shop(**vars(shop) | {"branch": elsewhere})
    # One person's bills wait for each other, so there are many people.
    people = [factories.customer(shop.branch, shop.by) for _ in range(min(COUNT, 4 * CLIENTS))]
    models = [
        shop.draft(shop.laser, customer=people[0]),
        shop.draft(consultation, customer=people[1]),
        there.draft(shop.laser, customer=people[2]),
    ]
    return copies(models, people)


def client(by, mine: list[Invoice]) -> list[str]:
    """Issues its drafts one after the other, again after a failure. What it was told besides."""
    told = []
    for invoice in mine:
        for _attempt in range(30):
            try:
                domain.issue(by=by, invoice=invoice, version=invoice.version)
            except Interrupted:
                continue
            except Exception as problem:
                told.append(f"{type(problem).__name__}: {problem}")
            break
    return told


def deadlocks(since: int) -> int:
    """In the server's log since it was so long; and what the database itself has counted."""
    log = database.FOLDER / "postgres.log"
    logged = log.read_bytes()[since:].count(b"deadlock detected") if log.exists() else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return logged + cursor.fetchone()[0]


@dataclass
class Outcome:
    told: list[str]
    observer: Observer
    deadlocks: int
    seconds: float


def run(world, monkeypatch) -> Outcome:
    """The evening of 31 March; when half of the numbers are taken, midnight passes."""
    shop = stocked(world.branch, world.receptionist)
    year = timezone.localdate().year + 1
    march, april = datetime.date(year, 3, 31), datetime.date(year, 4, 1)
    log = database.FOLDER / "postgres.log"
    length = log.stat().st_size if log.exists() else 0
    with time_machine.travel(datetime.datetime.combine(march, EVENING, shop.branch.zone)) as clock:
        drafts = waiting(shop, world.elsewhere)
        midnight = datetime.datetime.combine(april, MORNING, shop.branch.zone)
        observer = Observer(turn_of_the_year=lambda: clock.move_to(midnight))
        monkeypatch.setattr(numbering, "_clock", timezone.now)  # the database's own can't be moved
        monkeypatch.setattr(numbering, "take", observer.take)
        started = time.perf_counter()
        results = race(*(partial(client, shop.by, drafts[number::CLIENTS]) for number in range(CLIENTS)))
        seconds = time.perf_counter() - started
    told = [line for result in results for line in (result if isinstance(result, list) else [repr(result)])]
    return Outcome(told, observer, deadlocks(length), seconds)


def gaps_and_doubles() -> tuple[list[str], list[str]]:
    """Numbers missing below the highest of each series and year, and numbers that several have."""
    numbers = Counter(Invoice.objects.issued().values_list("number", flat=True))
    doubles = [number for number, count in numbers.items() if count > 1]
    series: dict[str, set[int]] = {}
    for number in numbers:
        series.setdefault(number[:-5], set()).add(int(number[-5:]))
    gaps = [
        f"{stem}{missing:05d}"
        for stem, known in series.items()
        for missing in set(range(1, max(known) + 1)) - known
    ]
    return gaps, doubles


def test_no_gap_no_double_and_the_order_of_numbers_is_the_order_of_commits(world, monkeypatch):
    outcome = run(world, monkeypatch)
    gaps, doubles = gaps_and_doubles()
    issued = Invoice.objects.issued()
    years = SeriesYear.objects.filter(last_number__gt=0, series__kind__in=[Series.Kind.TAX_INVOICE, Series.Kind.BILL_OF_SUPPLY])  # fmt: skip
    longest = max(len(number) for number in issued.values_list("number", flat=True))
    if COUNT > 1000:
        print(
            f"\n{issued.count()} invoices by {CLIENTS} clients over {years.count()} series and years in "
            f"{outcome.seconds:.0f} s; {outcome.observer.failed} of {outcome.observer.taken} rolled back; gaps {len(gaps)}, "
            f"doubles {len(doubles)}, out of order {len(outcome.observer.out_of_order)}, errors told {len(outcome.told)}, "
            f"deadlocks {outcome.deadlocks}, longest number {longest}"
        )
    assert outcome.told == []
    assert issued.count() == COUNT
    assert outcome.observer.failed > COUNT * FAILING / 2
    assert (gaps, doubles, outcome.observer.out_of_order) == ([], [], [])
    assert years.count() == 6  # three series, each in both years
    assert longest <= 16
    assert outcome.deadlocks == 0
    for counter in years:
        mine = issued.filter(series_year=counter)
        by_time = list(mine.order_by("issued_at").values_list("number", flat=True))
        assert by_time == sorted(by_time)
        assert {day.month for day in mine.values_list("issued_on", flat=True)} in ({3}, {4})
    assert list(proofs.numbers()) == []


def test_control_without_the_lock_numbers_are_double_or_missing(world, monkeypatch):
    def read_without_waiting(series, branch, year):
        SeriesYear.objects.get_or_create(
            series=series, registration=branch.registration, financial_year=year, defaults={"prefix": series.prefix}
        )  # fmt: skip
        counter = SeriesYear.objects.get(series=series, financial_year=year)
        time.sleep(0.02)
        return counter

    monkeypatch.setattr("tests.billing.test_numbers_race.COUNT", 36)
    monkeypatch.setattr(numbering, "_lock", read_without_waiting)
    with closing(connections["owner"]) as owner, owner.cursor() as cursor:
        cursor.execute("DROP INDEX invoice_number_once_per_registration_and_year")
    outcome = run(world, monkeypatch)
    gaps, doubles = gaps_and_doubles()
    assert gaps or doubles
    assert outcome.observer.out_of_order
    assert list(proofs.numbers())
