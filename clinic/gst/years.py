"""The financial year, 1 April to 31 March by the branch's own calendar, and the dates that hang on it."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from clinic.gst.invalid import Invalid

INDIA = ZoneInfo("Asia/Kolkata")
APRIL = 4
RETENTION_YEARS = 6  # 72 months, section 36 CGST


@dataclass(frozen=True, order=True)
class FinancialYear:
    """The year that begins on 1 April of `first`."""

    first: int

    @property
    def start(self) -> date:
        return date(self.first, APRIL, 1)

    @property
    def end(self) -> date:
        return date(self.first + 1, 3, 31)

    @property
    def long(self) -> str:
        """`2025-26`, as books are labelled."""
        return f"{self.first}-{(self.first + 1) % 100:02}"

    @property
    def full(self) -> str:
        """`2025-2026`."""
        return f"{self.first}-{self.first + 1}"

    @property
    def short(self) -> str:
        """`2526`, for numbers."""
        return self.short_dash.replace("-", "")

    @property
    def short_dash(self) -> str:
        """`25-26`, for numbers."""
        return f"{self.first % 100:02}-{(self.first + 1) % 100:02}"

    @property
    def annual_return_due(self) -> date:
        """31 December after the year; the government moves it at times, so callers may know a later one."""
        return date(self.first + 1, 12, 31)

    @property
    def credit_notes_until(self) -> date:
        """The last day on which a credit note reduces the tax of this year (section 34(2)), or the day the annual
        return goes in, if that is earlier; after it the credit is between the parties and without GST."""
        return date(self.first + 1, 11, 30)

    @property
    def keep_records_until(self) -> date:
        return keep_records_until(self.annual_return_due)

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


def financial_year(when: date | datetime, zone: tzinfo | str = INDIA) -> FinancialYear:
    """The financial year of a date, or of an aware moment as the calendar in `zone` shows it."""
    day = _local_date(when, zone)
    return FinancialYear(day.year if day.month >= APRIL else day.year - 1)


def return_period(when: date | datetime, zone: tzinfo | str = INDIA) -> str:
    """`MMYYYY` of the calendar month, as GST returns name it."""
    return f"{_local_date(when, zone):%m%Y}"


def keep_records_until(annual_return_due: date) -> date:
    """72 months after the due date of the annual return (section 36 CGST)."""
    return annual_return_due.replace(year=annual_return_due.year + RETENTION_YEARS)


def _local_date(when: date | datetime, zone: tzinfo | str) -> date:
    if not isinstance(when, datetime):
        return when
    if when.tzinfo is None:
        sentence = _("A moment without a time zone doesn't say which day it is.")
        raise Invalid(sentence, reason="naive_moment", field="when")
    return when.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone).date()
