"""Taking the next number of a document, without gaps and without duplicates (Rule 46(b) CGST).

Called last in the transaction that issues the document: the lock on the counter waits, and a rollback gives the
number back. Date, financial year and number are decided together after the lock, by the database's clock.
"""

import datetime
from dataclasses import dataclass

from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import gst
from clinic.models import Branch, Series, SeriesYear
from clinic.refusals import Refusal


@dataclass(frozen=True)
class Number:
    """A document's identity: at most 16 characters, the local date and the financial year it was issued in."""

    text: str
    day: datetime.date
    at: datetime.datetime
    financial_year: str
    series_year: SeriesYear


def take(*, branch: Branch, kind: str, on: datetime.date | None = None) -> Number:
    """The next number of the branch's series of that kind. Must run inside a transaction.

    `on` dates the document back: never before the last number of its series, which would no longer be consecutive,
    and never ahead. Without it the day is that of the clock.
    """
    series = Series.objects.filter(branch=branch, kind=kind).first()
    if series is None:
        raise Refusal(_("This branch has no number series for this document. An administrator can add one."))
    if on:
        return _take_for(series, branch, on)
    at = _clock()
    while True:
        year = gst.financial_year(at.astimezone(branch.zone).date())
        counter = _lock(series, branch, year.long)
        at = _clock()
        day = at.astimezone(branch.zone).date()
        if gst.financial_year(day).long == year.long:
            return _count_up(counter, year, day, at)


def _take_for(series: Series, branch: Branch, on: datetime.date) -> Number:
    year = gst.financial_year(on)
    counter = _lock(series, branch, year.long)
    at = _clock()
    if on > at.astimezone(branch.zone).date():
        raise Refusal(_("%(day)s is still to come.") % {"day": date_format(on, "j M Y")}, field="dated")
    if counter.last_date and on < counter.last_date:
        sentence = _(
            "The last number of this series is dated %(last)s; the next one can't be dated %(day)s, before it."
        )
        names = {"last": date_format(counter.last_date, "j M Y"), "day": date_format(on, "j M Y")}
        raise Refusal(sentence % names, field="dated")
    return _count_up(counter, year, on, at)


def _clock() -> datetime.datetime:
    """The wall clock now; `now()` would be when the transaction began, which can be on the other side of midnight."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (at,) = cursor.fetchone()
    return at


def _lock(series: Series, branch: Branch, financial_year: str) -> SeriesYear:
    SeriesYear.objects.bulk_create(
        [
            SeriesYear(
                series=series,
                registration_id=branch.registration_id,
                financial_year=financial_year,
                prefix=series.prefix,
            )
        ],
        ignore_conflicts=True,
    )
    counter = (
        SeriesYear.objects.select_for_update()
        .filter(series=series, registration_id=branch.registration_id, financial_year=financial_year)
        .first()
    )
    if counter is None:
        raise Refusal(
            _(
                "Another branch of this GSTIN already numbers with %(prefix)s this year. Give this branch another prefix."
            )
            % {"prefix": series.prefix}
        )
    return counter


def _count_up(
    counter: SeriesYear, year: gst.FinancialYear, day: datetime.date, at: datetime.datetime
) -> Number:
    counter.last_number += 1
    counter.last_date = day = max(day, counter.last_date or day)
    counter.save(update_fields=["last_number", "last_date"])
    text = f"{counter.prefix}/{year.short_dash}/{counter.last_number:05d}"
    return Number(text=text, day=day, at=at, financial_year=year.long, series_year=counter)
