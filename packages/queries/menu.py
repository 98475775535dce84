"""The menu as the desk reads it: what we offer at a branch, for how much, with what and by whom."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from clinic import money, prices
from clinic.models import Branch, Resource, TaxRule
from packages.models import Performer, Requirement, Treatment, TreatmentResource
from staff.models import Practitioner

SORTS = {"name": ["name", "pk"], "price": ["price_here", "name", "pk"], "minutes": ["minutes", "name", "pk"]}


@dataclass(frozen=True)
class Offer:
    """A treatment at a branch. `with_tax` is what is paid, in rupees; `rate` the tax in percent, None where there is none.

    `needs` are names by kind, of which one is held; without names nothing of the kind is in service here. `givers` are
    names too: None for everybody, empty when nobody at this branch may give it.
    """

    treatment: Treatment
    rate: Decimal | None
    is_undecided: bool
    with_tax: Decimal
    needs: dict[str, list[str]]
    givers: list[str] | None
    requirements: list[dict[str, Any]]

    @property
    def is_bookable(self) -> bool:
        return self.givers != [] and all(self.needs.values())


def menu(treatments: QuerySet[Treatment], branch: Branch, today: datetime.date) -> QuerySet[Treatment]:
    """Adds what `offer` needs, without a query per row. `today` is the branch's."""
    rules = TaxRule.objects.on(today).filter(category=OuterRef("tax_category"))
    needs = TreatmentResource.objects.filter(treatment=OuterRef("pk")).annotate(
        is_here=Q(resource__branch=branch, resource__is_active=True)
    )
    performers = Performer.objects.filter(treatment=OuterRef("pk"))
    here = performers.filter(
        practitioner__in=Practitioner.objects.active(), practitioner__resource__branch=branch
    )
    asked = Requirement.objects.filter(treatment=OuterRef("pk"), is_active=True).order_by("kind", "name")
    needed = {"name": "resource__name", "kind": "resource__kind", "is_here": "is_here"}
    return prices.with_price_at(treatments, branch, today).annotate(
        rate=Subquery(rules.values("rate")[:1]),
        cess=Subquery(rules.values("cess_rate")[:1]),
        taxed=Subquery(rules.values("treatment")[:1]),
        needs=ArraySubquery(
            needs.order_by("-resource__kind", "resource__name").values(json=JSONObject(**needed))
        ),
        is_limited=Exists(performers),
        givers=ArraySubquery(
            here.order_by("practitioner__resource__name").values("practitioner__resource__name")
        ),
        asked=ArraySubquery(
            asked.values(json=JSONObject(name="name", wait_hours="wait_hours", valid_days="valid_days"))
        ),
    )


def offer(row: Any, branch: Branch) -> Offer:
    """Of a row of `menu`."""
    charges = branch.registration.charges_tax
    rate = row.rate + row.cess if charges and row.taxed == TaxRule.Treatment.TAXABLE else None
    added = row.price_here * rate / 100 if rate and not row.price_includes_tax else Decimal(0)
    return Offer(
        treatment=row,
        rate=rate,
        is_undecided=charges and row.taxed is None,
        with_tax=money.round2(row.price_here + added),
        needs=_by_kind(row.needs),
        givers=row.givers if row.is_limited else None,
        requirements=row.asked,
    )


def _by_kind(needs: list[dict[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in needs:
        some = found.setdefault(str(Resource.Kind(each["kind"]).label), [])
        if each["is_here"]:
            some.append(each["name"])
    return found
