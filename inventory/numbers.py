"""Numbers of papers that stay in the house: counts and transfers. Documents for others have series (clinic.numbering)."""

from django.db.models import QuerySet

from clinic.locks import lock_row
from clinic.models import Branch


def next_number(branch: Branch, kind: str, rows: QuerySet) -> str:
    """CNT-LCB-0007: one more than there are `rows`, which are never deleted. Called last: it holds the branch's row."""
    lock_row(Branch, branch.pk)
    return f"{kind}-{branch.code}-{rows.count() + 1:04d}"
