"""Bars of a chart as SVG attributes, in percent of a drawing without a fixed size. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

FILL = Decimal("0.7")  # of a bar's place is bar, the rest is air


class Point(NamedTuple):
    """One figure: what stands under it, its size (0 or more) and how people read it."""

    label: str
    value: Decimal | int
    text: str


@dataclass(frozen=True)
class Bar:
    """x, y, width and height are percent as text, with a dot whatever the language."""

    label: str
    text: str
    x: str
    y: str
    width: str
    height: str
    current: bool


def bars(points: Sequence[Point], *, current: int | None = None) -> list[Bar]:
    """Bars from left to right, the highest at full height. `current` is the index that stands out."""
    top = max((Decimal(point.value) for point in points), default=Decimal(0)) or Decimal(1)
    place = Decimal(100) / max(len(points), 1)
    drawn = []
    for index, point in enumerate(points):
        height = max(Decimal(point.value), Decimal(0)) * 100 / top
        drawn.append(
            Bar(
                label=point.label,
                text=point.text,
                x=_percent(place * index + place * (1 - FILL) / 2),
                y=_percent(100 - height),
                width=_percent(place * FILL),
                height=_percent(height),
                current=index == current,
            )
        )
    return drawn


def axis(points: Sequence[Point], *, ticks: int = 4) -> list[str]:
    """Labels to stand under the bars: the first, the last, and some between at equal steps."""
    if len(points) <= ticks:
        return [point.label for point in points]
    step = (len(points) - 1) / (ticks - 1)
    return [points[round(step * tick)].label for tick in range(ticks)]


def _percent(number: Decimal) -> str:
    return f"{number:.2f}%"
