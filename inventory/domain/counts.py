"""Counting the shelf: begin, note what is seen, hand in, approve. Sales go on meanwhile.

What was expected of a batch is the sum of its movements up to the moment it was counted, so whatever is sold between
the look and the approval is neither lost nor counted twice.
"""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import pgbulk
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import events
from clinic.locks import lock_row
from clinic.models import Branch
from clinic.refusals import Refusal
from inventory import queries, shelf
from inventory.approval import check_second_person
from inventory.models import Batch, Count, CountLine, Movement
from inventory.numbers import next_number
from staff.models import User

SETTLED = {Count.Status.APPROVED, Count.Status.CANCELLED}


@transaction.atomic
def start_count(
    *, by: User, branch: Branch, category: str = "", as_of: datetime.datetime | None = None
) -> Count:
    """Begin a round over the whole shelf, or one category; `as_of` where paper was written at an earlier moment."""
    if as_of and as_of > timezone.now():
        raise Refusal(_("A count can't be as of a moment that is still to come."), field="as_of")
    number = next_number(branch, "CNT", Count.objects.filter(branch=branch))
    return Count.objects.create(branch=branch, number=number, category=category, as_of=as_of, started_by=by)


@transaction.atomic
def record_count(*, by: User, count: Count, batch: Batch, quantity: Decimal, add: bool = False) -> CountLine:
    """Note how much of a batch is seen. `add`: there was more of it on another shelf; otherwise the last word counts."""
    count = _open(count, Count.Status.IN_PROGRESS)
    if quantity < 0:
        raise Refusal(_("The quantity can't be below zero."), field="quantity")
    if count.category and batch.item.category != count.category:
        raise Refusal(_("%(item)s isn't part of this count.") % {"item": batch.item}, field="batch")
    shelf.check_whole(batch.item, quantity, "quantity")
    line = CountLine.objects.filter(count=count, batch=batch).first() or CountLine(count=count, batch=batch)
    line.counted = quantity + (line.counted if add and line.counted is not None else 0)
    line.counted_at, line.counted_by = count.as_of or timezone.now(), by
    line.save()
    return line


@transaction.atomic
def submit_count(*, by: User, count: Count, missing_is_none: bool = False) -> Count:
    """Hand in what was counted and compare it. `missing_is_none`: what nobody saw is not there; otherwise left alone."""
    count = _open(count, Count.Status.IN_PROGRESS)
    if missing_is_none:
        at = count.as_of or timezone.now()
        CountLine.objects.bulk_create(
            CountLine(count=count, batch=batch, counted=shelf.NOTHING, counted_at=at, counted_by=by)
            for batch in queries.uncounted(count)
        )
    lines = list(count.lines.select_related("batch__item").order_by("batch_id"))
    if not lines:
        raise Refusal(_("Nothing has been counted yet."))
    for line in lines:
        line.expected = _held_at(count.branch, line.batch_id, line.counted_at)
    pgbulk.update(CountLine, lines, ["expected"])
    count.submitted_by, count.submitted_at = by, timezone.now()
    return _step(by, count, Count.Status.SUBMITTED)


@transaction.atomic
def approve_count(*, by: User, count: Count, reasons: Mapping[UUID, str] | None = None) -> Count:
    """Write the differences as movements. `reasons`, by the id of the line, say what they come from."""
    count = _open(count, Count.Status.SUBMITTED)
    lines = list(count.lines.select_related("batch__item").order_by("batch_id"))
    check_second_person(by, count.branch, {count.submitted_by_id, *(line.counted_by_id for line in lines)})
    batches = shelf.lock(line.batch_id for line in lines)
    held = shelf.balances(count.branch, batches.values())
    for line in lines:
        line.expected = _held_at(count.branch, line.batch_id, line.counted_at)
        line.reason = (reasons or {}).get(line.pk, line.reason).strip()
        if held.get(line.batch_id, shelf.NOTHING) + line.variance < 0:
            raise Refusal(
                _("More of batch %(batch)s of %(item)s has left since than was counted. Count it again.")
                % {"batch": line.batch.number, "item": line.batch.item.name}
            )
        if line.variance:
            shelf.move(
                by, count.branch, batches[line.batch_id], Movement.Kind.COUNT, line.variance,
                note=line.reason, cause_kind="count", cause_id=count.pk,
            )  # fmt: skip
    pgbulk.update(CountLine, lines, ["expected", "reason"])
    return _step(by, count, Count.Status.APPROVED)


@transaction.atomic
def reopen_count(*, by: User, count: Count, answer: str) -> Count:
    """Send it back to be counted again; what was noted stays, the comparison goes."""
    count = _open(count, Count.Status.SUBMITTED)
    if not answer.strip():
        raise Refusal(_("Say what has to be counted again."), field="answer")
    check_second_person(by, count.branch, [])
    count.lines.update(expected=None)
    count.submitted_by = count.submitted_at = None
    count.answer = answer.strip()
    return _step(by, count, Count.Status.IN_PROGRESS)


@transaction.atomic
def cancel_count(*, by: User, count: Count) -> Count:
    """Give a round up; the shelf stays as it is."""
    count = _open(count, Count.Status.IN_PROGRESS, Count.Status.SUBMITTED)
    return _step(by, count, Count.Status.CANCELLED)


def _held_at(branch: Branch, batch: UUID, at: datetime.datetime) -> Decimal:
    """What the movements up to a moment add up to."""
    past = Movement.objects.filter(branch=branch, batch=batch, created_at__lte=at).order_by()
    return past.aggregate(total=Sum("quantity"))["total"] or shelf.NOTHING


def _open(count: Count, *statuses: str) -> Count:
    lock_row(Count, count.pk)
    found = Count.objects.select_related("branch").get(pk=count.pk)
    if found.status not in statuses:
        raise Refusal(
            _("This count is at another step: %(status)s.") % {"status": found.get_status_display()}
        )
    return found


def _step(by: User, count: Count, status: Count.Status) -> Count:
    count.status, count.version = status, count.version + 1
    if status in SETTLED:
        count.decided_by, count.decided_at = by, timezone.now()
    count.save()
    events.record(f"count.{status}", subject=count, by=by, branch_id=count.branch_id)
    return count
