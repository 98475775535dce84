"""Recomputing the seals of the audit: which row was changed, taken away or put in after it was sealed.

Rows are written out by the statement below and hashed here, not by the functions that sealed them: whoever could change
rows could have changed those too. What a row of the audit says of personal values are hashes, so erasure leaves every
seal as it is; values that are still there must fit their hashes.
"""

import datetime
import hashlib
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import retention
from clinic.audit import seals
from clinic.models import AuditRow, AuditSeal

ENTRY = struct.Struct(">qq16s")  # id, microseconds, half a SHA-256
FEW = 20  # of the latest seals, looked at each time everything is proven

ROWS = """
SELECT id, (extract(epoch FROM at) * 1000000)::bigint, jsonb_build_array(
  id, (extract(epoch FROM at) * 1000000)::bigint, transaction::text, table_name, row_id, action, changed, by_id,
  branch_id, ip::text, agent, path, request_id)::text
FROM clinic_audit
WHERE id > %(above)s AND id <= %(ceiling)s
  AND (transaction, id) > (%(from_transaction)s::text::xid8, %(from_id)s)
  AND (transaction, id) <= (%(to_transaction)s::text::xid8, %(to_id)s)
ORDER BY transaction, id
"""
AFTER_RUN = """
SELECT id FROM clinic_audit WHERE id > %s AND id <= %s AND (transaction, id) > (%s::text::xid8, %s)
ORDER BY transaction, id LIMIT 1
"""
PERSONAL = """
SELECT audit_id, column_name, before_and_after, salt, changed -> column_name FROM clinic_audit_personal
LEFT JOIN clinic_audit ON clinic_audit.id = audit_id
ORDER BY clinic_audit_personal.id
"""
ENDLESS = 2**63 - 1


@dataclass
class Report:
    """How much was looked at, and a sentence for each thing that is not as it was sealed."""

    seals: int = 0
    rows: int = 0
    values: int = 0
    wrong: list[str] = field(default_factory=list)


def few() -> Iterator[str]:
    """The latest seals alone: what `manage.py prove` looks at."""
    newest = AuditSeal.objects.order_by("-number").values_list("number", flat=True)[:FEW]
    yield from verify(since=min(newest, default=1)).wrong


def verify(since: int = 1, *, personal: bool = False) -> Report:
    """From the seal of this number on. The first row that isn't as it was is named for every seal that is broken."""
    report = Report()
    dropped = _dropped_before(report)
    ceilings = _ceilings()
    before = AuditSeal.objects.filter(number=since - 1).first()
    for seal in AuditSeal.objects.filter(number__gte=since).iterator(chunk_size=20):
        report.seals += 1
        if problem := _broken_link(seal, before):
            report.wrong.append(problem)
        if problem := _first_wrong_row(seal, ceilings.get(seal.run, ENDLESS), dropped, report):
            report.wrong.append(problem)
        before = seal
    if since == 1:
        report.wrong += _outside(ceilings)
    if personal:
        report.wrong += _personal(report)
    return report


def _dropped_before(report: Report) -> datetime.datetime | None:
    """Months before this time were dropped; `clinic.audit.dropping` wrote it down, in a row that is sealed like any other."""
    latest = None
    for note in AuditRow.objects.filter(action=AuditRow.Action.DROPPED):
        before = parse_datetime(str(note.changed.get("before", "")))
        if before is None or retention.audit_kept_until(before) >= timezone.localdate(note.at):
            told = {"row": note.pk}
            report.wrong.append(_("Row %(row)s drops months of the audit before the law allows it.") % told)
        elif latest is None or before > latest:
            latest = before
    return latest


def _ceilings() -> dict[int, int]:
    """By run, the id above which the next run begins."""
    floors = dict(AuditSeal.objects.order_by("number").values_list("run", "above"))
    return {run - 1: above for run, above in floors.items() if run > 1}


def _broken_link(seal: AuditSeal, before: AuditSeal | None) -> str:
    """Whether the seal says what it said, and follows the one before it."""
    named = {"number": seal.number}
    if _hash(seal) != seal.sha256:
        return _("Seal %(number)s was changed: its own hash doesn't fit.") % named
    if seal.number != (before.number + 1 if before else 1) or seal.previous != (
        before.sha256 if before else ""
    ):
        return _("Seal %(number)s doesn't follow the one before it: a seal is missing or was put in.") % named
    start = (before.to_transaction, before.to_id) if before and before.run == seal.run else (0, 0)
    if (seal.from_transaction, seal.from_id) != start:
        return _("Seal %(number)s doesn't begin where the one before it ends.") % named
    return ""


def _hash(seal: AuditSeal) -> str:
    parts = [
        "clinic audit seal", seal.number, seal.run, seal.above, seal.from_transaction, seal.from_id,
        seal.to_transaction, seal.to_id, seal.highest_id, seal.count, _micro(seal.first_at), _micro(seal.last_at),
        _micro(seal.sealed_at), seal.previous,
    ]  # fmt: skip
    return hashlib.sha256("|".join(map(str, parts)).encode() + bytes(seal.prints)).hexdigest()


def _micro(at: datetime.datetime) -> int:
    return (at - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)) // datetime.timedelta(microseconds=1)


def _first_wrong_row(seal: AuditSeal, ceiling: int, dropped: datetime.datetime | None, report: Report) -> str:
    found = _printed_now(seal, ceiling)
    report.rows += len(found)
    sealed = {at_row[0]: at_row for at_row in ENTRY.iter_unpack(bytes(seal.prints))}
    if list(sealed.values()) == found:
        return ""
    now = {at_row[0]: at_row for at_row in found}
    gone_before = _micro(dropped) if dropped else 0
    for row_id in sorted(sealed.keys() | now.keys()):
        was, is_ = sealed.get(row_id), now.get(row_id)
        if was == is_ or (was and is_ is None and was[1] < gone_before):
            continue
        return _sentence(seal, row_id, was, is_)
    return ""


def _printed_now(seal: AuditSeal, ceiling: int) -> list[tuple[int, int, bytes]]:
    asked = {
        "above": seal.above, "ceiling": ceiling, "from_transaction": seal.from_transaction, "from_id": seal.from_id,
        "to_transaction": seal.to_transaction, "to_id": seal.to_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ROWS, asked)
        return [
            (row_id, at, hashlib.sha256(written.encode()).digest()[:16])
            for row_id, at, written in cursor.fetchall()
        ]


def _sentence(
    seal: AuditSeal, row_id: int, was: tuple[int, int, bytes] | None, is_: tuple[int, int, bytes] | None
) -> str:
    at = datetime.datetime.fromtimestamp((was or is_ or (0, 0))[1] / 1_000_000, tz=datetime.UTC)
    row = AuditRow.objects.filter(pk=row_id).first()
    told = {
        "row": row_id,
        "time": date_format(timezone.localtime(at), "j M Y, H:i:s"),
        "what": str(row) if row else "",
        "number": seal.number,
        "sealed": date_format(timezone.localtime(seal.sealed_at), "j M Y, H:i"),
    }
    if is_ is None:
        return _("Row %(row)s of %(time)s is missing; seal %(number)s of %(sealed)s covers it.") % told
    if was is None:
        return (
            _(
                "Row %(row)s (%(what)s) of %(time)s was put in after seal %(number)s of %(sealed)s had closed over its place."
            )
            % told
        )
    return _("Row %(row)s (%(what)s) of %(time)s was changed after seal %(number)s of %(sealed)s.") % told


def _outside(ceilings: dict[int, int]) -> Iterator[str]:
    """Rows with ids of a run that has ended, which none of its seals covers."""
    for run, ceiling in ceilings.items():
        last = AuditSeal.objects.filter(run=run).order_by("-number").defer("prints")[0]
        with connection.cursor() as cursor:
            cursor.execute(AFTER_RUN, [last.above, ceiling, last.to_transaction, last.to_id])
            for (row_id,) in cursor.fetchall():
                yield _("Row %(row)s was put in: no seal knows it.") % {"row": row_id}


def _personal(report: Report) -> Iterator[str]:
    """Values kept apart that aren't those whose hashes were sealed. Erased ones are gone, which is as it should be."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(PERSONAL)
        while rows := cursor.fetchmany(5000):
            report.values += len(rows)
            for audit_id, column, values, salt, hashes in rows:
                if json.loads(hashes or "null") != [_personal_hash(salt, value) for value in values]:
                    told = {"column": column, "row": audit_id}
                    yield (
                        _("The value of “%(column)s” kept for row %(row)s isn't the one that was sealed.")
                        % told
                    )


def _personal_hash(salt: str, value: str | None) -> str | None:
    return None if value is None else f"sha256:{hashlib.sha256(f'{salt}{value}'.encode()).hexdigest()}"


def knows(printed: str) -> AuditSeal | None:
    """The seal whose hash begins with what stands on a paper."""
    typed = "".join(printed.split()).lower()
    if len(typed) < seals.SHORT or not set(typed) <= set("0123456789abcdef"):
        return None
    return AuditSeal.objects.filter(sha256__startswith=typed).defer("prints").first()
