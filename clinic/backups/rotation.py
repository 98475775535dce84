"""Which backups are kept. Pure: times in, times out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any


@dataclass(frozen=True)
class Rule:
    """All of the last days; then the newest of each of so many days, weeks and months that have any.

    Days without a backup don't count: a clinic that was closed for a month loses none by that.
    """

    days_of_all: int = 2
    daily: int = 14
    weekly: int = 8
    monthly: int = 12

    @classmethod
    def of(cls, text: str) -> "Rule":
        """From "2,14,8,12"; ValueError with a sentence for anything else."""
        if not text.strip():
            return cls()
        try:
            rule = cls(*(int(part) for part in text.split(",")))
        except (TypeError, ValueError):
            rule = cls(-1)
        if min(rule.days_of_all, rule.daily, rule.weekly, rule.monthly) < 0 or text.count(",") != 3:
            raise ValueError("BACKUP_KEEP holds four numbers: days of all, daily, weekly, monthly: 2,14,8,12")
        return rule


def kept(times: Iterable[datetime], now: datetime, rule: Rule, zone: tzinfo) -> set[datetime]:
    """Those of `times` that stay. The newest always does, and one that claims to be of the future."""
    newest_first = sorted(times, reverse=True)
    stay = {at for at in newest_first if at > now - timedelta(days=rule.days_of_all)}
    stay.update(newest_first[:1])
    spans: list[tuple[int, Callable[[datetime], Any]]] = [
        (rule.daily, lambda at: at.astimezone(zone).date()),
        (rule.weekly, lambda at: at.astimezone(zone).isocalendar()[:2]),
        (rule.monthly, lambda at: (at.astimezone(zone).year, at.astimezone(zone).month)),
    ]
    for count, span_of in spans:
        newest = {span_of(at): at for at in reversed(newest_first)}
        stay.update(sorted(newest.values(), reverse=True)[:count])
    return stay
