"""What must be true of drawers and of the money of a day, asked of the database itself, in sentences for what isn't."""

from collections.abc import Iterator

from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.money import rupees

#: Of each closed drawer by mode: what was frozen at the close beside what its rows say now.
DRAWERS = """
WITH moved AS (
  SELECT id AS drawer_id, 'cash' AS mode, opening_float AS amount FROM billing_drawer
  UNION ALL SELECT drawer_id, mode, amount FROM billing_payment WHERE drawer_id IS NOT NULL
  UNION ALL SELECT drawer_id, mode, -amount FROM billing_refund
    WHERE drawer_id IS NOT NULL AND status = 'processed' AND mode NOT IN ('credit', 'gift_card', 'opening')
  UNION ALL SELECT drawer_id, 'cash', amount FROM billing_cashmovement
), said AS (
  SELECT d.id AS drawer_id, e.key AS mode, e.value::numeric AS amount
  FROM billing_drawer d, jsonb_each_text(d.expected) e WHERE d.status <> 'open'
), both_sides AS (
  SELECT drawer_id, mode, sum(amount) AS now, 0 AS frozen FROM moved
    WHERE drawer_id IN (SELECT id FROM billing_drawer WHERE status <> 'open') GROUP BY 1, 2
  UNION ALL SELECT drawer_id, mode, 0, amount FROM said
)
SELECT u.full_name, d.opened_at AT TIME ZONE b.time_zone, t.mode, sum(t.frozen), sum(t.now)
FROM both_sides t JOIN billing_drawer d ON d.id = t.drawer_id
JOIN clinic_branch b ON b.id = d.branch_id JOIN staff_user u ON u.id = d.cashier_id
GROUP BY u.full_name, d.id, b.time_zone, t.mode HAVING sum(t.frozen) <> sum(t.now)
"""

COUNTS = """
SELECT u.full_name, d.opened_at AT TIME ZONE b.time_zone
FROM billing_drawer d JOIN clinic_branch b ON b.id = d.branch_id JOIN staff_user u ON u.id = d.cashier_id
CROSS JOIN LATERAL (SELECT coalesce(sum(value::numeric), 0) AS amount FROM jsonb_each_text(d.declared)) said
CROSS JOIN LATERAL (SELECT coalesce(sum(value::numeric), 0) AS amount FROM jsonb_each_text(d.expected)) due
CROSS JOIN LATERAL (SELECT coalesce(sum(key::numeric * value::numeric), 0) / 100 AS amount FROM jsonb_each_text(d.counted)) cash
WHERE d.status <> 'open'
  AND (d.difference <> said.amount - due.amount OR cash.amount <> coalesce((d.declared ->> 'cash')::numeric, 0))
"""

#: Money of a day is in drawers, came online, or is no money of the day. Before a branch's first drawer there was none.
DAYS = """
SELECT b.trade_name, p.received_on, sum(p.amount),
       coalesce(sum(p.amount) FILTER (WHERE d.branch_id = p.branch_id AND p.mode NOT IN ('online', 'credit', 'gift_card', 'opening')), 0),
       coalesce(sum(p.amount) FILTER (WHERE p.drawer_id IS NULL AND p.mode IN ('online', 'credit', 'gift_card', 'opening')), 0)
FROM billing_payment p JOIN clinic_branch b ON b.id = p.branch_id
LEFT JOIN billing_drawer d ON d.id = p.drawer_id
JOIN (SELECT branch_id, min(opened_at) AS first FROM billing_drawer GROUP BY 1) f ON f.branch_id = p.branch_id
WHERE p.received_at > f.first OR p.drawer_id IS NOT NULL
GROUP BY b.id, b.trade_name, p.received_on
"""


def drawers() -> Iterator[str]:
    """What was frozen at the close of a drawer is what its payments, refunds and movements still say."""
    for cashier, opened, mode, frozen, now in _rows(DRAWERS):
        sentence = _(
            "drawer of %(cashier)s, %(opened)s: %(mode)s was closed with %(frozen)s, its rows say %(now)s"
        )
        names = {"frozen": rupees(frozen), "now": rupees(now), "mode": mode}
        yield sentence % {"cashier": cashier, "opened": date_format(opened, "j M Y, H:i"), **names}
    for cashier, opened in _rows(COUNTS):
        sentence = _("drawer of %(cashier)s, %(opened)s: what was counted does not make its difference")
        yield sentence % {"cashier": cashier, "opened": date_format(opened, "j M Y, H:i")}


def days() -> Iterator[str]:
    """The payments of each day are those in drawers, those that came online, and those that were no money of the day."""
    for branch, day, total, in_drawers, elsewhere in _rows(DAYS):
        if total != in_drawers + elsewhere:
            sentence = _(
                "%(branch)s, %(day)s: payments of %(total)s, of which %(lost)s are in no drawer of it"
            )
            lost = rupees(total - in_drawers - elsewhere)
            names = {"branch": branch, "total": rupees(total), "lost": lost}
            yield sentence % {"day": date_format(day, "j M Y"), **names}


def _rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
