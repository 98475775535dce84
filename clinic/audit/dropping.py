"""Letting go of the audit's oldest months, once the law no longer asks for them. A person does it, after a look at the seals.

The rule is the class "audit" of `clinic/data/retention.json`. What is dropped leaves a row that says until when; the seals
stay, so what was there can't be denied, and the chain holds.
"""

import datetime
import json
import re
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from clinic import retention
from clinic.audit import seals, verifying
from clinic.refusals import Refusal

BOUNDS = re.compile(r"FROM \('([^']+)'\) TO \('([^']+)'\)")
PARTITIONS = """
SELECT relname, pg_get_expr(relpartbound, oid) FROM pg_class
WHERE oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'clinic_audit'::regclass)
"""
NOTE = """
INSERT INTO clinic_audit (table_name, row_id, action, changed, agent, path, request_id)
VALUES ('clinic_audit', %s, 'T', %s, '', 'command drop_audit_months', '')
"""


@dataclass(frozen=True)
class Month:
    """One partition of the audit: a month in UTC."""

    table: str
    begins: datetime.datetime
    ends: datetime.datetime

    @property
    def kept_until(self) -> datetime.date:
        return retention.audit_kept_until(self.ends)


def months(using: str = "owner") -> list[Month]:
    with connections[using].cursor() as cursor:
        cursor.execute(PARTITIONS)
        found = [(name, BOUNDS.search(bounds)) for name, bounds in cursor.fetchall()]
    made = [
        Month(name, begins, ends)
        for name, match in found
        if match and (begins := parse_datetime(match[1])) and (ends := parse_datetime(match[2]))
    ]
    return sorted(made, key=lambda month: month.begins)


def due(today: datetime.date) -> list[Month]:
    """Months that may go, the oldest first."""
    return [month for month in months() if month.kept_until < today]


def drop(found: list[Month]) -> int:
    """Drop these months, with the personal values kept for their rows. Refused unless every seal holds. Returns the rows."""
    ends = max(month.ends for month in found)
    oldest = seals.lag().oldest
    if oldest and oldest < ends:
        raise Refusal(
            _("Rows of these months aren't sealed yet. Let the worker run, or run verify_audit --seal.")
        )
    if wrong := verifying.verify().wrong:
        raise Refusal(_("Nothing is dropped, because the seals don't hold: %(first)s") % {"first": wrong[0]})
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        return sum([_drop(cursor, month) for month in found])


def _drop(cursor: Any, month: Month) -> int:
    cursor.execute(f'SELECT count(*) FROM "{month.table}"')  # noqa: S608 - a name from the catalogue
    (count,) = cursor.fetchone()
    cursor.execute(
        f'DELETE FROM clinic_audit_personal USING "{month.table}" AS row WHERE audit_id = row.id'  # noqa: S608
    )
    cursor.execute(f'ALTER TABLE clinic_audit DETACH PARTITION "{month.table}"')
    cursor.execute(f'DROP TABLE "{month.table}"')
    cursor.execute(NOTE, [month.table, json.dumps({"before": month.ends.isoformat(), "rows": count})])
    return count
