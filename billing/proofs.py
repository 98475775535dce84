"""What must be true of all bills, asked of the database itself. Each check yields a sentence for what isn't."""

from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TIES = """
SELECT i.number, 'paid' FROM billing_invoice i
LEFT JOIN (SELECT invoice_id, sum(amount) AS paid FROM billing_allocation GROUP BY 1) a ON a.invoice_id = i.id
WHERE i.paid <> coalesce(a.paid, 0)
UNION ALL
SELECT i.number, 'notes' FROM billing_invoice i
LEFT JOIN (SELECT invoice_id, sum(total) FILTER (WHERE kind = 'credit') AS credited,
                  sum(total) FILTER (WHERE kind = 'debit') AS debited FROM billing_note GROUP BY 1) n ON n.invoice_id = i.id
WHERE (i.credited, i.debited) <> (coalesce(n.credited, 0), coalesce(n.debited, 0))
UNION ALL
SELECT n.number, 'lines' FROM billing_note n
JOIN (SELECT note_id, sum(net_value) AS net, sum(cgst) AS cgst, sum(igst) AS igst, sum(cess) AS cess,
             sum(line_total) AS total FROM billing_noteline GROUP BY 1) l ON l.note_id = n.id
WHERE (l.net, l.cgst, l.igst, l.cess, l.total) IS DISTINCT FROM (n.taxable + n.untaxed, n.cgst, n.igst, n.cess, n.total - n.round_off)
UNION ALL
SELECT n.number, 'goods back' FROM billing_note n
JOIN billing_noteline l ON l.note_id = n.id AND l.goods <> ''
LEFT JOIN (SELECT line_id, sum(quantity) AS quantity FROM billing_notebatch GROUP BY 1) b ON b.line_id = l.id
WHERE l.quantity <> coalesce(b.quantity, 0)
UNION ALL
SELECT i.number, 'lines' FROM billing_invoice i
JOIN (SELECT invoice_id, sum(net_value) AS net, sum(cgst) AS cgst, sum(sgst) AS sgst, sum(igst) AS igst,
             sum(cess) AS cess, sum(line_total) AS total FROM billing_invoiceline GROUP BY 1) l ON l.invoice_id = i.id
WHERE i.status IN ('issued', 'cancelled') AND (l.net, l.cgst, l.sgst, l.igst, l.cess, l.total)
      IS DISTINCT FROM (i.taxable + i.untaxed, i.cgst, i.sgst, i.igst, i.cess, i.total - i.round_off)
UNION ALL
SELECT i.number, 'goods' FROM billing_invoice i
JOIN billing_invoiceline l ON l.invoice_id = i.id AND l.item_id IS NOT NULL
LEFT JOIN (SELECT line_id, sum(quantity) AS quantity FROM billing_linebatch GROUP BY 1) b ON b.line_id = l.id
WHERE i.status IN ('issued', 'cancelled') AND l.quantity <> coalesce(b.quantity, 0)
UNION ALL
SELECT c.reference, 'owed' FROM customers_standing s
JOIN customers_customer c ON c.id = s.customer_id
LEFT JOIN (SELECT customer_id, sum(outstanding) AS due FROM billing_invoice GROUP BY 1) i
  ON i.customer_id = s.customer_id
WHERE s.due <> coalesce(i.due, 0)
UNION ALL
SELECT i.number, 'packages' FROM billing_invoice i
JOIN (SELECT l.invoice_id, array_agg(greatest(l.net_value - coalesce(round(c.value, 2), 0), 0)) AS parts
      FROM billing_invoiceline l
      LEFT JOIN (SELECT n.line_id, sum(CASE WHEN note.changes_tax THEN n.net_value
                   ELSE n.line_total * sold.net_value / sold.line_total END) AS value
                 FROM billing_noteline n JOIN billing_note note ON note.id = n.note_id AND note.kind = 'credit'
                 JOIN billing_invoiceline sold ON sold.id = n.line_id AND sold.line_total > 0
                 GROUP BY 1) c ON c.line_id = l.id
      WHERE l.enrolment_id IS NOT NULL GROUP BY 1) l ON l.invoice_id = i.id
LEFT JOIN (SELECT coalesce(a.invoice_id, n.invoice_id, e.cause_id) AS invoice_id, sum(e.money) AS money
           FROM packages_entry e
           LEFT JOIN billing_allocation a ON e.cause_kind = 'allocation' AND a.id = e.cause_id
           LEFT JOIN billing_note n ON e.cause_kind = 'note' AND n.id = e.cause_id
           WHERE e.cause_kind IN ('allocation', 'note', 'invoice') GROUP BY 1) e ON e.invoice_id = i.id
WHERE i.status IN ('issued', 'cancelled') AND coalesce(e.money, 0) <>
  CASE WHEN i.status = 'issued' AND i.total > i.credited
    THEN (SELECT sum(round(part * least(i.paid, i.total - i.credited) / (i.total - i.credited), 2)) FROM unnest(l.parts) AS part)
    ELSE 0 END
"""

#: Everything that takes a number from a series of billing. Cancelled invoices keep theirs.
NUMBERED = """
WITH numbered AS (
  SELECT series_year_id, number, issued_on FROM billing_invoice WHERE series_year_id IS NOT NULL
  UNION ALL SELECT series_year_id, number, issued_on FROM billing_note
  UNION ALL SELECT series_year_id, number, issued_on FROM billing_receipt
  UNION ALL SELECT series_year_id, number, issued_on FROM billing_refund WHERE series_year_id IS NOT NULL
  UNION ALL SELECT series_year_id, number, issued_on FROM billing_estimate
)
"""

GAPS = """
SELECT y.prefix || '/' || y.financial_year, y.last_number, count(n.number),
       count(DISTINCT right(n.number, 5)), coalesce(max(right(n.number, 5)::int), 0)
FROM clinic_seriesyear y JOIN clinic_series s ON s.id = y.series_id
  AND s.kind NOT IN ('purchase_order', 'goods_receipt', 'supplier_debit')
LEFT JOIN numbered n ON n.series_year_id = y.id
GROUP BY y.id, y.prefix, y.financial_year, y.last_number
HAVING y.last_number <> count(n.number) OR count(n.number) <> count(DISTINCT right(n.number, 5))
    OR coalesce(max(right(n.number, 5)::int), 0) <> count(n.number)
"""

DISORDER = """
SELECT number FROM (
  SELECT number, issued_on, lag(issued_on) OVER (PARTITION BY series_year_id ORDER BY number) AS before FROM numbered
) AS ordered
WHERE issued_on < before
"""

STRAYS = """
SELECT n.number FROM numbered n JOIN clinic_seriesyear y ON y.id = n.series_year_id
WHERE n.number <> y.prefix || '/' || right(y.financial_year, 5) || '/' || right(n.number, 5) OR length(n.number) > 16
   OR NOT n.issued_on BETWEEN make_date(left(y.financial_year, 4)::int, 4, 1) AND make_date(left(y.financial_year, 4)::int + 1, 3, 31)
"""

CREDITS = """
SELECT i.number, l.description FROM billing_invoiceline l JOIN billing_invoice i ON i.id = l.invoice_id
JOIN (SELECT c.line_id, sum(c.quantity) AS quantity, sum(c.line_total) AS line_total, sum(c.cgst) AS cgst,
             sum(c.sgst) AS sgst, sum(c.igst) AS igst, sum(c.cess) AS cess,
             coalesce(sum(c.net_value) FILTER (WHERE n.changes_tax), 0) AS net_value
      FROM billing_noteline c JOIN billing_note n ON n.id = c.note_id AND n.kind = 'credit' GROUP BY 1) c ON c.line_id = l.id
WHERE c.quantity > l.quantity OR c.line_total > l.line_total OR c.net_value > l.net_value
   OR c.cgst > l.cgst OR c.sgst > l.sgst OR c.igst > l.igst OR c.cess > l.cess
"""

SENTENCES = {
    "paid": gettext_lazy("paid is not the sum of its allocations"),
    "lines": gettext_lazy("the lines do not add up to the totals"),
    "notes": gettext_lazy("credited and debited are not the sums of its notes"),
    "goods back": gettext_lazy("what came back is not what it says"),
    "goods": gettext_lazy("what left the shelf is not what was sold"),
    "owed": gettext_lazy("what the customer owes is not what the invoices say"),
    "packages": gettext_lazy("what was paid is not what the ledgers of its packages say"),
}


def bills() -> Iterator[str]:
    """Payments tie with bills, lines with totals, goods with lines, and what customers owe with all of them."""
    for name, broken in _rows(TIES):
        yield f"{name}: {SENTENCES[broken]}"


def numbers() -> Iterator[str]:
    """Each series of a year runs from 1 without a gap, and its dates never go back (Rule 46(b) CGST)."""
    for name, last, count, distinct, highest in _rows(NUMBERED + GAPS):
        sentence = _(
            "%(name)s: the counter says %(last)s; there are %(count)s documents, %(distinct)s numbers, the highest %(highest)s"
        )
        yield sentence % {
            "name": name,
            "last": last,
            "count": count,
            "distinct": distinct,
            "highest": highest,
        }
    for (number,) in _rows(NUMBERED + DISORDER):
        yield _("%(number)s: dated before the document with the number before it") % {"number": number}
    for (number,) in _rows(NUMBERED + STRAYS):
        yield _("%(number)s: not a number of its series and year") % {"number": number}


def credits() -> Iterator[str]:
    """What credit notes take off a line never exceeds it, in quantity, value or any head of tax."""
    for number, line in _rows(CREDITS):
        names = {"number": number, "line": line}
        yield _("%(number)s: more of “%(line)s” is credited than was billed") % names


def _rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
