"""Sales of a period by practitioner, by treatment or package, and by product: lines of invoices less what was credited.

Values are before tax, on the day of the invoice or note. Cancelled invoices and opening dues sell nothing.
"""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, DecimalField, F, Q, QuerySet, UUIDField, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Invoice, InvoiceLine, Note, NoteLine
from billing.register_rows import Period
from billing.tables import WARNINGS, WHO, Column, Kind
from clinic.charts import Point
from clinic.money import rupees
from staff.models import User

RUPEES = DecimalField(max_digits=14, decimal_places=2)
ZERO = Decimal("0.00")
DAYS = 31  # in a longer period the picture has one bar for each month

COLUMNS = (
    Column("what", gettext_lazy("Name"), sorts=True),
    Column("sold", gettext_lazy("Quantity"), Kind.FIGURE, sorts=True, adds_up=False),
    Column("value", gettext_lazy("Before tax"), Kind.MONEY, sorts=True),
    Column("tax", gettext_lazy("Tax"), Kind.MONEY),
    Column("amount", gettext_lazy("With tax"), Kind.MONEY),
)
LINES = (
    Column("paper", gettext_lazy("Number")),
    Column("day", gettext_lazy("Date"), Kind.DAY),
    Column(WHO, gettext_lazy("Customer")),
    Column("text", gettext_lazy("What")),
    Column("sold", gettext_lazy("Quantity"), Kind.FIGURE, adds_up=False),
    Column("value", gettext_lazy("Before tax"), Kind.MONEY),
    Column("tax", gettext_lazy("Tax"), Kind.MONEY),
    Column("amount", gettext_lazy("With tax"), Kind.MONEY),
)
#: By what: the column that tells one from another, its name, and lines of which kinds count (none: all).
BY: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "practitioner": ("practitioner_id", "practitioner__resource__name", ()),
    "treatment": ("", "", ("treatment", "plan", "consultation", "other")),
    "product": ("item_id", "item__name", ("product",)),
}


def lines(user: User, period: Period, by: str, of: str | None = None) -> QuerySet[Any]:
    """All lines of invoices and notes that count, as plain values; `of` is the key of one group."""
    sold = InvoiceLine.objects.filter(
        invoice__in=Invoice.objects.visible_to(user).issued().exclude(document=Invoice.Document.OPENING_DUE)
        .filter(issued_on__range=period.days).values("pk")
    )  # fmt: skip
    noted = NoteLine.objects.filter(
        note__in=Note.objects.visible_to(user).filter(issued_on__range=period.days).values("pk")
    )
    credit = Case(When(note__kind=Note.Kind.CREDIT, then=Value(-1)), default=Value(1))
    first = _plain(sold, by, of, line="", paper="invoice__", sign=Value(1))
    return first.union(_plain(noted, by, of, line="line__", paper="note__", sign=credit), all=True)


def _plain(
    rows: QuerySet[Any], by: str, of: str | None, *, line: str, paper: str, sign: Any
) -> QuerySet[Any]:
    key, name = _named(by, line)
    kinds = BY[by][2]
    counted = Q(**{f"{line}kind__in": kinds}) if kinds else Q()
    columns = {
        "group": Cast(key, CharField()), "what": Cast(name, CharField()), "document": Cast(F(f"{paper}id"), UUIDField()),
        "source": Value("note" if line else "invoice", CharField()), "paper": Cast(F(f"{paper}number"), CharField()),
        "day": F(f"{paper}issued_on"),
        **{name: Cast(F(f"{paper}{name}"), CharField()) for name in (WHO, *WARNINGS)},
        "text": Cast(F(f"{line}description"), CharField()),
        "sold": Cast(sign * F("quantity"), DecimalField(max_digits=12, decimal_places=3)),
        "value": Cast(sign * F("net_value"), RUPEES),
        "tax": Cast(sign * (F("cgst") + F("sgst") + F("igst") + F("cess")), RUPEES),
        "amount": Cast(sign * F("line_total"), RUPEES),
    }  # fmt: skip
    found = rows.filter(counted).order_by().annotate(**columns)
    if of is not None:
        found = found.filter(group=of)
    return found.values(*columns)


def _named(by: str, line: str) -> tuple[Any, Any]:
    """What a line is grouped by, and what the group is called."""
    nothing = Value("", CharField())
    if by != "treatment":
        key, name, _only = BY[by]
        return Coalesce(Cast(f"{line}{key}", CharField()), nothing), Coalesce(f"{line}{name}", nothing)
    known = Coalesce(f"{line}treatment__name", f"{line}plan__name", f"{line}description")
    ids = [Cast(f"{line}{name}_id", CharField()) for name in ("treatment", "plan")]
    return Coalesce(*ids, F(f"{line}description"), output_field=CharField()), known


def groups(rows: Sequence[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """Lines added up by group."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        group = found.setdefault(
            row["group"], {"group": row["group"], "what": row["what"] or _("Nobody named"),
                           "sold": ZERO, "value": ZERO, "tax": ZERO, "amount": ZERO},
        )  # fmt: skip
        for name in ("sold", "value", "tax", "amount"):
            group[name] += row[name]
    name = sort.removeprefix("-")
    return sorted(
        sorted(found.values(), key=lambda row: row["what"].casefold()),
        key=lambda row: row[name].casefold() if name == "what" else row[name],
        reverse=sort.startswith("-"),
    )


def points(rows: Sequence[dict[str, Any]], period: Period) -> list[Point]:
    """The value of each day of the period, of each month where it is longer."""
    by_month = (period.until - period.since).days >= DAYS
    sums: dict[datetime.date, Decimal] = dict.fromkeys(_days(period, by_month=by_month), ZERO)
    for row in rows:
        day = max(row["day"].replace(day=1), period.since) if by_month else row["day"]
        sums[day] = sums.get(day, ZERO) + row["value"]
    form = "M Y" if by_month else "j M"
    return [Point(date_format(day, form), value, rupees(value)) for day, value in sorted(sums.items())]


def _days(period: Period, *, by_month: bool) -> list[datetime.date]:
    every = [
        period.since + datetime.timedelta(days=number)
        for number in range(min((period.until - period.since).days + 1, 1_100))
    ]
    return [day for day in every if not by_month or day.day == 1 or day == period.since]
