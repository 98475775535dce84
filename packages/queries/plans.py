"""The packages on sale, and their editions."""

import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from clinic import prices
from clinic.models import Branch
from packages.models import Plan, PlanEdition

PLAN_SORTS = {"name": ["name", "pk"], "price": ["price_here", "name", "pk"], "sold": ["-sold", "name", "pk"]}


def plans(
    found: QuerySet[Plan], words: str, sort: str, branch: Branch, today: datetime.date
) -> QuerySet[Plan]:
    """Those whose name or treatment has the words, with their parts read along, what they cost at the branch
    (`price_here`) and `sold`, how many enrolments."""
    if words:
        found = found.filter(Q(name__icontains=words) | Q(treatment__name__icontains=words))
    priced = prices.with_price_at(found, branch, today)
    counted = priced.select_related("treatment").annotate(sold=Count("enrolment"))
    return counted.order_by(*PLAN_SORTS.get(sort, PLAN_SORTS["name"])).prefetch_related("parts")


def editions(plan: Plan) -> list[dict[str, Any]]:
    """Earlier terms, the latest first: each as {edition, at, by, terms} with the labels of choices."""
    rows = PlanEdition.objects.filter(plan=plan).exclude(edition=plan.edition).select_related("by")
    return [
        {"edition": row.edition, "at": row.created_at, "by": row.by, "terms": labelled(row.terms)}
        for row in rows
    ]


def labelled(terms: dict[str, Any]) -> dict[str, Any]:
    """Terms as `Plan.terms` gives them, with words for what is kept as a code and amounts for what is kept as text."""
    parts = [
        part | {"price": None if part.get("price") is None else Decimal(part["price"])}
        for part in terms.get("parts", [])
    ]
    return terms | {
        "price": Decimal(terms["price"]),
        "parts": parts,
        "payment_label": str(dict(Plan.Payment.choices).get(terms.get("payment") or "", "")),
        "asks_for_label": str(dict(Plan.Proof.choices).get(terms.get("asks_for") or "", "")),
    }
