"""Local times of day as moments, also on the days when clocks change."""

import datetime
from bisect import bisect_left
from zoneinfo import ZoneInfo


def instant(day: datetime.date, at: datetime.time, zone: ZoneInfo) -> datetime.datetime:
    """A local time of day as a moment in UTC: the first of two, and the next that exists where there is none.

    So hours stay in order whatever the clocks do: "until 2:30" ends at 3:00 in the night that has no 2:30.
    """
    local = datetime.datetime.combine(day, at, zone)
    moment = local.astimezone(datetime.UTC)
    after = local.replace(fold=1)
    if after.utcoffset() <= local.utcoffset():  # type: ignore[operator]  # both are aware
        return moment
    return _change(after.astimezone(datetime.UTC), moment, zone)


def _change(earliest: datetime.datetime, latest: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    """When, between two moments, the clocks were put forward, to the second."""
    new = latest.astimezone(zone).utcoffset()
    seconds = range(int((latest - earliest).total_seconds()))

    def has_changed(second: int) -> bool:
        return (earliest + datetime.timedelta(seconds=second)).astimezone(zone).utcoffset() == new

    return earliest + datetime.timedelta(seconds=bisect_left(seconds, True, key=has_changed))


def midnight(day: datetime.date, zone: ZoneInfo) -> datetime.datetime:
    """When a local day begins."""
    return instant(day, datetime.time.min, zone)


def local_day(moment: datetime.datetime, zone: ZoneInfo) -> datetime.date:
    return moment.astimezone(zone).date()
