"""What must be true of all purchases, asked of the database itself. Each check yields a sentence for what isn't."""

from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TIES = """
SELECT coalesce(nullif(o.number, ''), o.id::text), 'ordered' FROM purchasing_orderline l
JOIN purchasing_order o ON o.id = l.order_id
LEFT JOIN (SELECT r.order_line_id, sum(r.accepted * r.unit_size) AS came FROM purchasing_receiptline r
           JOIN purchasing_receipt g ON g.id = r.receipt_id AND g.status = 'accepted' GROUP BY 1) c
  ON c.order_line_id = l.id
WHERE l.received <> coalesce(c.came, 0)
UNION ALL
SELECT g.number, 'shelf' FROM purchasing_receipt g
LEFT JOIN (SELECT receipt_id, sum(accepted * unit_size) AS came FROM purchasing_receiptline GROUP BY 1) l
  ON l.receipt_id = g.id
LEFT JOIN (SELECT cause_id, sum(quantity) AS moved FROM inventory_movement
           WHERE cause_kind = 'goods_receipt' GROUP BY 1) m ON m.cause_id = g.id
WHERE coalesce(m.moved, 0) <> CASE WHEN g.status = 'accepted' THEN coalesce(l.came, 0) ELSE 0 END
UNION ALL
SELECT t.number, 'gone' FROM purchasing_return t
LEFT JOIN (SELECT return_note_id, sum(quantity) AS sent FROM purchasing_returnline GROUP BY 1) l
  ON l.return_note_id = t.id
LEFT JOIN (SELECT cause_id, sum(quantity) AS moved FROM inventory_movement
           WHERE cause_kind = 'supplier_return' GROUP BY 1) m ON m.cause_id = t.id
WHERE coalesce(m.moved, 0) <> -coalesce(l.sent, 0)
UNION ALL
SELECT g.number, 'sums' FROM purchasing_receipt g
LEFT JOIN (SELECT receipt_id, sum(total) AS total, sum(taxable) AS taxable FROM purchasing_receiptline GROUP BY 1) l
  ON l.receipt_id = g.id
WHERE (g.total, g.taxable) IS DISTINCT FROM (coalesce(l.total, 0), coalesce(l.taxable, 0))
UNION ALL
SELECT o.number, 'sums' FROM purchasing_order o
LEFT JOIN (SELECT order_id, sum(total) AS total FROM purchasing_orderline GROUP BY 1) l ON l.order_id = o.id
WHERE o.total <> coalesce(l.total, 0)
"""

GAPS = """
SELECT y.prefix || '/' || y.financial_year, y.last_number, count(d.number), coalesce(max(right(d.number, 5)::int), 0)
FROM clinic_seriesyear y
JOIN clinic_series s ON s.id = y.series_id AND s.kind IN ('purchase_order', 'goods_receipt', 'supplier_debit')
LEFT JOIN (SELECT series_year_id, number FROM purchasing_order WHERE number <> ''
           UNION ALL SELECT series_year_id, number FROM purchasing_receipt WHERE number <> ''
           UNION ALL SELECT series_year_id, number FROM purchasing_return) d ON d.series_year_id = y.id
GROUP BY y.id, y.prefix, y.financial_year, y.last_number
HAVING y.last_number <> count(d.number) OR coalesce(max(right(d.number, 5)::int), 0) <> count(d.number)
"""

SENTENCES = {
    "ordered": gettext_lazy("what the order says was received is not what was accepted of it"),
    "shelf": gettext_lazy("what was accepted is not what came into stock"),
    "gone": gettext_lazy("what was sent back is not what left stock"),
    "sums": gettext_lazy("the lines do not add up to the total"),
}


def purchases() -> Iterator[str]:
    """Orders tie with receipts, receipts and returns with stock movements, lines with totals."""
    for name, broken in _rows(TIES):
        yield f"{name}: {SENTENCES[broken]}"


def numbers() -> Iterator[str]:
    """Each series of a year runs from 1 without a gap."""
    for name, last, count, highest in _rows(GAPS):
        sentence = _(
            "%(name)s: the counter says %(last)s; there are %(count)s documents, the highest %(highest)s"
        )
        yield sentence % {"name": name, "last": last, "count": count, "highest": highest}


def _rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
