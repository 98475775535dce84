"""Number series of the demo's past, as `clinic.numbering` keeps them: counted up in memory and stored once."""

import datetime
from typing import Any
from uuid import UUID

from clinic import gst
from clinic.models import Branch, Series, SeriesYear


class Counters:
    """Numbers in the order in which they are asked for; ask in order of time."""

    def __init__(self) -> None:
        self.found: dict[tuple[UUID, str, str], SeriesYear] = {}

    def take(self, branch: Branch, kind: str, day: datetime.date) -> dict[str, Any]:
        """The columns of a document that its number and day decide."""
        year = gst.financial_year(day)
        counter = self._counter(branch, kind, year.long)
        counter.last_number += 1
        counter.last_date = day
        return {
            "number": f"{counter.prefix}/{year.short_dash}/{counter.last_number:05d}",
            "financial_year": year.long,
            "series_year": counter,
            "registration": branch.registration,
            "issued_on": day,
        }

    def _counter(self, branch: Branch, kind: str, year: str) -> SeriesYear:
        key = (branch.pk, kind, year)
        if key not in self.found:
            series = Series.objects.get(branch=branch, kind=kind)
            self.found[key] = SeriesYear.objects.create(
                series=series, registration=branch.registration, financial_year=year, prefix=series.prefix
            )
        return self.found[key]

    def save(self) -> None:
        SeriesYear.objects.bulk_update(self.found.values(), ["last_number", "last_date"])
