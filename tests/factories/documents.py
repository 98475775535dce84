"""Notes, estimates, discounts asked for and closed books: one of each, and the forms that make them."""

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from billing import domain
from billing.domain import BillTerms, CreditTerms
from billing.models import BillingRules, Invoice, PeriodLock
from clinic import gst
from clinic.models import Branch
from staff.models import Role, User
from tests import factories


def draft(at: Branch, by: User, *things: Any, name: str = "Neha Patel", percent: int = 0) -> Invoice:
    """Of a customer of its own."""
    made = domain.draft(by=by, branch=at, customer=factories.customer(at, by, full_name=name))
    for thing in things:
        domain.add_line(by=by, invoice=made, version=made.version, what=thing)
        made.refresh_from_db()
    if percent:
        off = BillTerms(discount=gst.Discount.percent(Decimal(percent)), discount_reason=f"For {name}")
        made = domain.edit(by=by, invoice=made, version=made.version, terms=off, lines={})
    return made


def bill(at: Branch, by: User, *things: Any, name: str = "Neha Patel") -> Invoice:
    made = draft(at, by, *things, name=name)
    return domain.issue(by=by, invoice=made, version=made.version)


def asked(at: Branch, by: User, thing: Any, *, name: str = "Neha Patel") -> Invoice:
    """A draft whose discount of 20 % waits for somebody; the desk may give ten."""
    Role.objects.filter(code="receptionist").update(discount_cap=10)
    made = draft(at, by, thing, name=name, percent=20)
    return domain.ask_discount(by=User.objects.get(pk=by.pk), invoice=made, version=made.version)


def one_of_each(at: Branch, *, by: User, name: str) -> dict[str, UUID]:
    """Ids by the first word of the URLs that take them; `name` stands in every text."""
    treatment = factories.treatment(at)
    issued = bill(at, by, treatment, name=name)
    credited = [CreditTerms(line=issued.lines.get(), amount=Decimal(118))]
    note = domain.credit(by=by, invoice=issued, reason="too_high", detail=f"For {name}", lines=credited)
    begun = draft(at, by, treatment, name=name)
    estimate = domain.estimate(by=by, invoice=begun, version=begun.version)
    return {"note": note.pk, "estimate": estimate.pk}


def forms(on: Any) -> list[Any]:
    from tests.factories.forms import Form

    at, by, today = on.branch, on.by, timezone.localdate(timezone=on.branch.zone)
    Role.objects.filter(code="owner").update(discount_cap=50)
    PeriodLock.objects.create(
        registration=at.registration, until=today - datetime.timedelta(days=30), reason="Filed", by=by
    )
    back, dear, gone = (bill(at, by, on.item, on.treatment) for _ in range(3))
    package = bill(at, by, factories.plan(on.treatment)).lines.get().enrolment
    told = draft(at, by, on.treatment)
    estimate = domain.estimate(by=by, invoice=told, version=told.version)
    declined = asked(at, by, on.treatment)

    def form(url_name: str, /, *args: UUID, **body: Any) -> Form:
        sent = {key: str(value) for key, value in body.items()} | {"idempotency_key": str(compat.uuid7())}
        return Form(url_name, reverse(url_name, args=args), sent)

    rules = {name: getattr(BillingRules.of(at), name) for name in domain.RULES}
    kept = BillingRules.objects.filter(branch=at).first()
    rules = {name: "" if value is None or value is False else value for name, value in rules.items()}
    return [
        form("invoice-credit", back.pk, reason="returned", detail="", **_lines(back, goods="restock")),
        form("invoice-debit", dear.pk, reason="too_low", detail="", **_lines(dear)),
        form("invoice-cancel", gone.pk, reason="Wrong customer"),
        form("enrolment-credit", package.pk, reason="Moves away"),
        form("invoice-estimate", draft(at, by, on.treatment).pk, version=""),
        form("estimate-bill", estimate.pk),
        form("invoice-ask-discount", draft(at, by, on.treatment, percent=60).pk, version=""),
        form("invoice-allow-discount", asked(at, by, on.treatment).pk, version=""),
        form("invoice-decline-discount", declined.pk, version=declined.version, answer="Too much"),
        form("billing-rules", version=kept.version if kept else 0, **rules),
        form("period-close", until=today - datetime.timedelta(days=7), reason="GSTR-1 filed"),
        form("period-open", **{"open-until": "", "open-reason": "A bill was forgotten"}),
    ]


def _lines(of: Invoice, goods: str | None = None) -> dict[str, Any]:
    """The goods by quantity, the service by amount."""
    found: dict[str, Any] = {}
    for line in of.lines.all():
        stem = f"line-{line.pk}"
        found |= {f"{stem}-quantity": "1" if line.item_id and goods else "", f"{stem}-amount": ""}
        if not (line.item_id and goods):
            found[f"{stem}-amount"] = "10" if line.treatment_id else ""
        elif goods:
            found[f"{stem}-goods"] = goods
    return found
