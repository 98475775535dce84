"""What can be put on a bill, and the line that it makes: unsaved, at its price of today."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.models import Appointment
from billing.models import InvoiceLine
from clinic import prices
from clinic.models import Branch, TaxCategory
from clinic.plain import plain, plainly
from clinic.refusals import Refusal
from inventory.models import Item
from packages import queries
from packages.models import Enrolment, Plan, PlanPart, Session, Treatment

Kind = InvoiceLine.Kind
LONGEST = 200  # characters of a description


@dataclass(frozen=True)
class Consultation:
    """What seeing somebody costs: the fee of the visit, as its rules set it when it was booked."""

    appointment: Appointment


@dataclass(frozen=True)
class Other:
    """Free text at a price of its own; the tax category says how it is taxed."""

    description: str
    price: Decimal
    tax_category: TaxCategory
    price_includes_tax: bool = False


@dataclass(frozen=True)
class Difference:
    """What a package that came by exchange costs beyond what was given for it; paying it counts for the package."""

    enrolment: Enrolment


Sold = Treatment | Plan | Item | Consultation | Other | Difference


def line_of(
    what: Sold, branch: Branch, *, add_ons: Sequence[PlanPart] = (), session: Session | None = None
) -> InvoiceLine:
    """The line of one of it at the branch, at its price there; refuses what is not for sale."""
    if isinstance(what, Consultation):
        return _consultation(what.appointment)
    if isinstance(what, Other):
        return _other(what)
    if isinstance(what, Difference):
        return _difference(what.enrolment)
    price = prices.price_at(what, branch, timezone.localdate(timezone=branch.zone))
    if not what.is_active or price is None:
        raise Refusal(_("%(thing)s is not for sale.") % {"thing": what.name})
    category = what.treatment.tax_category if isinstance(what, Plan) else what.tax_category
    line = InvoiceLine(
        description=_with(what.name, add_ons),
        hsn=what.hsn_code if isinstance(what, Item) else category.hsn,
        uqc=what.uqc if isinstance(what, Item) else category.uqc,
        unit_price=price + sum((part.price or Decimal(0) for part in add_ons), Decimal(0)),
        price_includes_tax=what.price_includes_tax,
        tax_category=category,
        add_ons=[str(part.pk) for part in add_ons],
        **_reference(what),
    )
    if session:
        _name_session(line, session)
    return line


def _consultation(visit: Appointment) -> InvoiceLine:
    if visit.fee is None:
        raise Refusal(_("No fee was set for this visit; bill its treatment instead."))
    with plainly():
        names = {"kind": visit.get_fee_kind_display() or _("Consultation"), "doctor": visit.practitioner}
        description = _("%(kind)s, %(doctor)s") % names
    return InvoiceLine(
        kind=Kind.CONSULTATION,
        description=description[:LONGEST],
        unit_price=visit.fee,
        practitioner=visit.practitioner,
        **_taxed_as(visit.treatment.tax_category),
    )


def _other(what: Other) -> InvoiceLine:
    text = " ".join(what.description.split())
    if not text:
        raise Refusal(_("Say what is billed."), field="description")
    if len(text) > LONGEST:
        raise Refusal(_("Say it in %(most)s characters at most.") % {"most": LONGEST}, field="description")
    return InvoiceLine(
        kind=Kind.OTHER,
        description=text,
        unit_price=what.price,
        price_includes_tax=what.price_includes_tax,
        **_taxed_as(what.tax_category),
    )


def _difference(enrolment: Enrolment) -> InvoiceLine:
    price = queries.difference(enrolment)
    if not price:
        raise Refusal(
            _("Nothing is to be paid for %(plan)s beyond what was given for it.") % {"plan": enrolment}
        )
    names = {"plan": enrolment.plan_name, "old": enrolment.came_from}
    return InvoiceLine(
        kind=Kind.OTHER,
        description=(plain(gettext_lazy("%(plan)s, the difference to %(old)s")) % names)[:LONGEST],
        unit_price=price,
        enrolment=enrolment,
        **_taxed_as(enrolment.plan.treatment.tax_category),
    )


def _taxed_as(category: TaxCategory) -> dict[str, Any]:
    return {"tax_category": category, "hsn": category.hsn, "uqc": category.uqc}


def _with(name: str, add_ons: Sequence[PlanPart]) -> str:
    """Cut to what a line's description holds."""
    names = ", ".join(part.name for part in add_ons)
    return (
        (plain(gettext_lazy("%(plan)s with %(add_ons)s")) % {"plan": name, "add_ons": names})[:LONGEST]
        if names
        else name
    )


def _name_session(line: InvoiceLine, session: Session) -> None:
    enrolment = session.enrolment
    names = {"plan": enrolment.plan_name, "number": session.number, "count": enrolment.session_count}
    line.description = plain(gettext_lazy("%(plan)s, session %(number)s of %(count)s")) % names
    line.unit_price, line.price_includes_tax = queries.session_value(session), False
    line.enrolment, line.session = enrolment, session


def _reference(what: Treatment | Plan | Item) -> dict[str, object]:
    if isinstance(what, Treatment):
        return {"kind": Kind.TREATMENT, "treatment": what}
    if isinstance(what, Plan):
        return {"kind": Kind.PLAN, "plan": what}
    return {"kind": Kind.PRODUCT, "item": what}
