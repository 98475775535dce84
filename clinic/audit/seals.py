"""Sealing the audit: the chain is made by the database's own function, here is who calls it and what is told of it."""

import datetime
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.models import AuditRow, AuditSeal

MOST = 10_000  # rows under one seal
SHORT = 12  # characters of a seal that are printed and shown
LATE = datetime.timedelta(minutes=10)  # the clock seals every minute
COUNTED = 10_000  # unsealed rows; more are told as "more than"

UNSEALED = """
SELECT count(*), min(at) FROM (
  SELECT at FROM clinic_audit
  WHERE id > %(above)s AND (transaction, id) > (%(transaction)s::text::xid8, %(id)s)
  LIMIT %(most)s
) AS waiting
"""
COVERING = """
SELECT number FROM clinic_auditseal AS seal, clinic_audit AS row
WHERE row.id = %s AND row.id > above AND row.id <= highest_id
  AND (row.transaction::text::bigint, row.id) > (from_transaction, from_id)
  AND (row.transaction::text::bigint, row.id) <= (to_transaction, to_id)
ORDER BY number DESC LIMIT 1
"""


@dataclass(frozen=True)
class Lag:
    """Rows that no seal covers yet, and the time of the oldest."""

    count: int
    oldest: datetime.datetime | None

    @property
    def is_late(self) -> bool:
        return self.oldest is not None and timezone.now() - self.oldest > LATE

    @property
    def is_more(self) -> bool:
        return self.count >= COUNTED


def seal() -> int:
    """Seal all that can be sealed now; a transaction for each seal. Returns the number of rows."""
    total = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clinic_audit_seal(%s)", [MOST])
            (count,) = cursor.fetchone()
        total += count
        if not count:
            return total


def last() -> AuditSeal | None:
    return AuditSeal.objects.defer("prints").order_by("-number").first()


def lag(seal: AuditSeal | None = None) -> Lag:
    """Rows after the last seal, which may be given."""
    seal = seal or last()
    asked = {
        "above": seal.above if seal else 0,
        "transaction": seal.to_transaction if seal else 0,
        "id": seal.to_id if seal else 0,
        "most": COUNTED,
    }
    with connection.cursor() as cursor:
        cursor.execute(UNSEALED, asked)
        return Lag(*cursor.fetchone())


def covering(row: AuditRow) -> AuditSeal | None:
    with connection.cursor() as cursor:
        cursor.execute(COVERING, [row.pk])
        found = cursor.fetchone()
    return AuditSeal.objects.defer("prints").get(number=found[0]) if found else None


def short(seal: AuditSeal) -> str:
    """The beginning of its hash in groups of four, for reading aloud and typing."""
    return " ".join(seal.sha256[at : at + 4] for at in range(0, SHORT, 4))


def printed(seal: AuditSeal | None = None) -> str:
    """The last seal, or the one given, on one line."""
    seal = seal or last()
    if seal is None:
        return ""
    told = {
        "number": seal.number,
        "hash": short(seal),
        "time": date_format(timezone.localtime(seal.sealed_at), "j M Y, H:i"),
    }
    return _("%(number)s: %(hash)s, %(time)s") % told
