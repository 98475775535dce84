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
JOIN (SELECT invoice_id, array_agg(net_value) AS parts FROM billing_invoiceline
      WHERE enrolment_id IS NOT NULL GROUP BY 1) l ON l.invoice_id = i.id
LEFT JOIN (SELECT coalesce(a.invoice_id, e.cause_id) AS invoice_id, sum(e.money) AS money
           FROM packages_entry e LEFT JOIN billing_allocation a ON e.cause_kind = 'allocation' AND a.id = e.cause_id
           WHERE e.cause_kind IN ('allocation', 'invoice') GROUP BY 1) e ON e.invoice_id = i.id
WHERE i.status = 'issued' AND i.total > 0
  AND coalesce(e.money, 0) <> (SELECT sum(round(part * i.paid / i.total, 2)) FROM unnest(l.parts) AS part)
"""

GAPS = """
SELECT y.prefix || '/' || y.financial_year, y.last_number, count(i.id),
       count(DISTINCT right(i.number, 5)), coalesce(max(right(i.number, 5)::int), 0)
FROM clinic_seriesyear y JOIN clinic_series s ON s.id = y.series_id AND s.kind IN ('tax_invoice', 'bill_of_supply', 'bill')
LEFT JOIN billing_invoice i ON i.series_year_id = y.id
GROUP BY y.id, y.prefix, y.financial_year, y.last_number
HAVING y.last_number <> count(i.id) OR count(i.id) <> count(DISTINCT right(i.number, 5))
    OR coalesce(max(right(i.number, 5)::int), 0) <> count(i.id)
"""

DISORDER = """
SELECT number FROM (
  SELECT number, issued_on, lag(issued_on) OVER (PARTITION BY series_year_id ORDER BY number) AS before
  FROM billing_invoice WHERE series_year_id IS NOT NULL) AS ordered
WHERE issued_on < before
"""


SENTENCES = {
    "paid": gettext_lazy("paid is not the sum of its allocations"),
    "lines": gettext_lazy("the lines do not add up to the totals"),
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
    for name, last, count, distinct, highest in _rows(GAPS):
        sentence = _(
            "%(name)s: the counter says %(last)s; there are %(count)s invoices, %(distinct)s numbers, the highest %(highest)s"
        )
        yield sentence % {
            "name": name,
            "last": last,
            "count": count,
            "distinct": distinct,
            "highest": highest,
        }
    for (number,) in _rows(DISORDER):
        yield _("%(number)s: dated before the invoice with the number before it") % {"number": number}


def _rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
