"""What the law and the clinic's own rule say of each class of data when a person asks to be erased.

The document is `clinic/data/retention.json`; this reads it and reckons its dates, and erasure does what it says.
"""

import datetime
import json
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.gst import financial_year

DOCUMENT = Path(__file__).parent / "data" / "retention.json"
MASK, DELETE, KEEP = "mask", "delete", "keep"


@dataclass(frozen=True)
class Rule:
    """One class. `on_erasure` is mask (the row stays, its personal columns are emptied), delete or keep.

    What is kept is kept for `months` after the due date of the annual return of its financial year.
    """

    holds: str
    keep: str
    on_erasure: str
    law: str = ""
    months: int = 0

    def kept_until(self, day: datetime.date) -> datetime.date | None:
        """The last day for which a row written on the local date `day` must be kept; None where nothing is kept."""
        if self.on_erasure != KEEP:
            return None
        due = financial_year(day).annual_return_due
        years, months = divmod(due.month - 1 + self.months, 12)
        return due.replace(year=due.year + years, month=months + 1)

    @property
    def what_happens(self) -> str:
        return {
            MASK: _("names, numbers and texts are emptied"),
            DELETE: _("removed altogether"),
            KEEP: _("kept as the law asks"),
        }[self.on_erasure]


def audit_kept_until(ends: datetime.datetime) -> datetime.date:
    """The last day on which rows of the audit written before `ends` must still be there."""
    last = timezone.localdate(ends - datetime.timedelta(microseconds=1), timezone.get_default_timezone())
    until = rules()["audit"].kept_until(last)
    if until is None:
        raise ValueError("The class “audit” of retention.json must be one that is kept.")
    return until


def rules() -> dict[str, Rule]:
    """By class; ValueError where the document says something that erasure doesn't know."""
    found = {name: Rule(**entry) for name, entry in json.loads(DOCUMENT.read_text()).items()}
    for name, rule in found.items():
        if rule.on_erasure not in (MASK, DELETE, KEEP) or (rule.on_erasure == KEEP and not rule.months):
            raise ValueError(f"{name}: on_erasure is mask, delete or keep, and what is kept names its months")
    return found
