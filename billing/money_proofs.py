"""What must be true of all money, asked of the database itself. Each check yields a sentence for what isn't."""

from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext_lazy

PAYMENTS = """
SELECT coalesce(r.number, p.id::text), k.what FROM billing_payment p
LEFT JOIN billing_receipt r ON r.id = p.receipt_id
LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM billing_allocation GROUP BY 1) a ON a.payment_id = p.id
LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM billing_tip GROUP BY 1) t ON t.payment_id = p.id
LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM billing_refund WHERE status = 'processed' GROUP BY 1) f
  ON f.payment_id = p.id
LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM billing_storedvalueentry
           WHERE kind IN ('bought', 'taken_back') AND payment_id IS NOT NULL GROUP BY 1) s ON s.payment_id = p.id
LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM billing_storedvalueentry
           WHERE kind = 'spent' AND payment_id IS NOT NULL GROUP BY 1) v ON v.payment_id = p.id
CROSS JOIN LATERAL (VALUES
  ('applied', p.applied <> coalesce(a.amount, 0)),
  ('tipped', p.tipped <> coalesce(t.amount, 0)),
  ('refunded', p.refunded <> coalesce(f.amount, 0)),
  ('stored', p.stored <> coalesce(s.amount, 0)),
  ('spent', coalesce(-v.amount, 0) <> CASE WHEN p.mode IN ('credit', 'gift_card') THEN p.amount ELSE 0 END),
  ('somewhere', p.unapplied <> p.amount - p.applied - p.tipped - p.refunded - p.stored OR p.unapplied < 0)
) AS k (what, wrong)
WHERE k.wrong
UNION ALL
SELECT r.number, 'receipt' FROM billing_receipt r
LEFT JOIN (SELECT receipt_id, sum(amount) AS amount FROM billing_payment GROUP BY 1) p ON p.receipt_id = r.id
WHERE r.total <> coalesce(p.amount, 0)
UNION ALL
SELECT r.number, 'voucher' FROM billing_receipt r
WHERE r.document = 'receipt_voucher' AND r.total <> r.taxable + r.untaxed + r.cgst + r.sgst + r.igst + r.cess
UNION ALL
SELECT f.number, 'refund' FROM billing_refund f
WHERE f.status = 'processed' AND f.amount <> f.taxable + f.untaxed + f.cgst + f.sgst + f.igst + f.cess
UNION ALL
SELECT r.number, 'voucher_tax' FROM billing_receipt r
JOIN billing_payment p ON p.receipt_id = r.id
JOIN billing_refund f ON f.payment_id = p.id AND f.status = 'processed'
GROUP BY r.id HAVING sum(f.cgst) > r.cgst OR sum(f.sgst) > r.sgst OR sum(f.igst) > r.igst OR sum(f.cess) > r.cess
"""

VALUES = """
SELECT v.id::text, 'balance' FROM billing_storedvalue v
LEFT JOIN (SELECT value_id, sum(amount) AS amount FROM billing_storedvalueentry GROUP BY 1) e ON e.value_id = v.id
WHERE v.balance <> coalesce(e.amount, 0) OR v.balance < 0
UNION ALL
SELECT f.number, 'credit' FROM billing_refund f
LEFT JOIN (SELECT refund_id, sum(amount) AS amount FROM billing_storedvalueentry WHERE kind = 'given' GROUP BY 1) e
  ON e.refund_id = f.id
WHERE f.status = 'processed' AND (f.mode = 'credit') <> (coalesce(e.amount, 0) = f.amount)
UNION ALL
SELECT i.number, 'points' FROM billing_invoice i
LEFT JOIN (SELECT e.invoice_id, sum(e.amount) AS amount FROM billing_storedvalueentry e
           JOIN billing_storedvalue v ON v.id = e.value_id AND v.kind = 'points'
           WHERE e.kind = 'spent' GROUP BY 1) e ON e.invoice_id = i.id
WHERE i.status IN ('issued', 'cancelled') AND i.points <> coalesce(-e.amount, 0)
"""

SENTENCES = {
    "applied": gettext_lazy("what went to invoices is not the sum of its allocations"),
    "tipped": gettext_lazy("what was given as tips is not the sum of its tips"),
    "refunded": gettext_lazy("what was given back is not the sum of its refunds"),
    "stored": gettext_lazy("what bought gift cards is not what their entries say"),
    "spent": gettext_lazy("the stored value that was spent is not the payment"),
    "somewhere": gettext_lazy("the payment is more or less than where it went"),
    "receipt": gettext_lazy("the total is not the sum of its payments"),
    "voucher": gettext_lazy("value and tax do not add up to what was received"),
    "voucher_tax": gettext_lazy("more tax was given back than was in the advance"),
    "refund": gettext_lazy("value and tax do not add up to what was given back"),
    "balance": gettext_lazy("the balance is not the sum of its entries"),
    "credit": gettext_lazy("the store credit given is not the refund"),
    "points": gettext_lazy("the points that were spent are not those on the invoice"),
}


def payments() -> Iterator[str]:
    """Every rupee that came in went to bills, tips, refunds or gift cards, or is still unapplied."""
    yield from _sentences(PAYMENTS)


def stored_values() -> Iterator[str]:
    """Balances are sums of entries; store credit given is a refund, points spent stand on a bill."""
    yield from _sentences(VALUES)


def _sentences(statement: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        for name, broken in cursor.fetchall():
            yield f"{name}: {SENTENCES[broken]}"
