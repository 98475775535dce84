"""The menu of the demo clinic, its five programmes, and who bought which of them when."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle
from typing import Any

from django.utils.translation import gettext_lazy

from clinic.demo import backdated
from clinic.models import Branch, Resource, TaxCategory
from clinic.registries import add_demo
from customers import domain as customers
from customers.demo import AT_SECOND, OTHERS
from customers.models import Customer
from inventory.models import Item
from packages import demo_ledger, demo_rules, domain
from packages.models import Consumable, Enrolment, Plan, PlanPart, Session, Treatment, TreatmentResource
from staff.demo import MAIN
from staff.models import User

#: name: category, minutes, price before tax, tax category, room or device needed
TREATMENTS = {
    "Laser Hair Removal": ("laser", 45, 4500, "cosmetic_procedure", "Diode laser"),
    "Skin Brightening": ("skin", 30, 3000, "cosmetic_procedure", ""),
    "Hair PRP": ("hair", 60, 5000, "cosmetic_procedure", "Procedure room"),
    "Acne treatment": ("skin", 30, 2500, "cosmetic_procedure", ""),
    "Anti-Aging Facial": ("skin", 90, 4000, "beauty_service", ""),
    "Botox": ("skin", 30, 8000, "cosmetic_procedure", ""),
    "Hair treatment": ("hair", 45, 2200, "cosmetic_procedure", ""),
    "Hydra facial": ("skin", 60, 3500, "beauty_service", ""),
    "LED therapy": ("skin", 60, 1500, "beauty_service", ""),
    "Chemical peel": ("skin", 30, 3500, "cosmetic_procedure", ""),
    "Consultation": ("consultation", 30, 800, "health_care", ""),
}


@dataclass(frozen=True)
class Programme:
    name: str
    treatment: str
    sessions: int
    price: int
    valid_days: int
    parts: list[str]
    add_ons: list[str]


PROGRAMMES = [
    Programme("Laser Hair Removal, full body", "Laser Hair Removal", 8, 36000, 365,
              ["Diode laser", "Cooling therapy"], ["SPF shield"]),
    Programme("Skin Brightening Program", "Skin Brightening", 6, 15000, 365,
              ["Vitamin C peel", "Kojic acid serum"], ["LED therapy"]),
    Programme("Hair PRP Therapy", "Hair PRP", 5, 22500, 365, ["PRP injection", "Mesotherapy"], ["Scalp massage"]),
    Programme("Acne Treatment Plan", "Acne treatment", 8, 16000, 90,
              ["Salicylic peel", "Blue light therapy"], ["Spot gel"]),
    Programme("Anti-Aging Facial Program", "Anti-Aging Facial", 10, 32000, 365,
              ["Hydra facial", "Collagen booster"], ["Microcurrent", "RF tightening"]),
]  # fmt: skip
LASER, SKIN, PRP, ACNE, FACIAL = PROGRAMMES
ADD_ON_PRICES = {"SPF shield": 900, "LED therapy": 1500, "Scalp massage": 600, "Spot gel": 450}

#: Sold on other terms; nobody has them yet.
FURTHER: list[tuple[Programme, dict[str, Any]]] = [
    (
        Programme("Laser Hair Removal, in instalments", "Laser Hair Removal", 8, 38000, 365,
                  ["Diode laser", "Cooling therapy"], ["SPF shield"]),
        {"payment": "instalments", "instalments": 4, "grace_days": 14, "asks_for": "signature"},
    ),
    (
        Programme("Hydra facial, by the session", "Hydra facial", 6, 18000, 180, ["Hydra facial"], ["LED therapy"]),
        {"payment": "per_session", "starts_at_first_use": True},
    ),
]  # fmt: skip


@dataclass(frozen=True)
class Sold:
    """A programme in somebody's hands: bought so many days ago, so many of its sessions done by yesterday."""

    customer: str
    programme: Programme
    days_ago: int
    done: int


def sold() -> Iterator[Sold]:
    """The 35 of the source: 7 completed, 28 active, about 6 of those nearly done."""
    yield Sold("Priya Mehta", LASER, 47, 5)
    yield Sold("Priya Mehta", SKIN, 21, 2)
    yield Sold("Anjali Singh", SKIN, 25, 2)
    yield Sold("Neha Patel", PRP, 44, 4)
    yield Sold("Ritika Joshi", ACNE, 59, 8)
    yield Sold("Sunita Rao", FACIAL, 18, 2)
    people = iter(name for name in OTHERS if name not in AT_SECOND)
    for programme in (LASER, SKIN, PRP, ACNE, FACIAL, LASER):
        yield Sold(next(people), programme, 58, programme.sessions)
    for programme in (LASER, SKIN, FACIAL):
        yield Sold(next(people), programme, 50, programme.sessions - 1)
    for days_ago in (65, 72, 83):
        yield Sold(next(people), ACNE, days_ago, 4)
    for place, programme in zip(range(17), cycle(PROGRAMMES)):
        done = place % (programme.sessions - 1)
        yield Sold(next(people), programme, 5 + done * 6, done)


def load_menu(today: datetime.date) -> None:
    branch = Branch.objects.get(code=MAIN)
    taxes = {category.code: category for category in TaxCategory.objects.all()}
    places = {
        "Diode laser": Resource.objects.create(branch=branch, kind="device", name="Diode laser"),
        "Procedure room": Resource.objects.create(branch=branch, kind="room", name="Procedure room"),
    }
    for name, (category, minutes, price, tax, needs) in TREATMENTS.items():
        treatment = Treatment.objects.create(
            organisation=branch.organisation,
            name=name,
            category=category,
            minutes=minutes,
            price=Decimal(price),
            tax_category=taxes[tax],
        )
        if needs:
            TreatmentResource.objects.create(treatment=treatment, resource=places[needs])
    for programme, terms in [*((each, {}) for each in PROGRAMMES), *FURTHER]:
        _plan(branch, programme, terms)
    Consumable.objects.create(
        treatment=Treatment.objects.get(name="Laser Hair Removal"),
        item=Item.objects.get(name="Laser Cooling Gel"),
        quantity=Decimal("0.1"),
    )


def _plan(branch: Branch, programme: Programme, terms: dict[str, Any]) -> None:
    domain.create_plan(
        by=None,
        organisation=branch.organisation,
        name=programme.name,
        treatment=Treatment.objects.get(name=programme.treatment),
        session_count=programme.sessions,
        price=Decimal(programme.price),
        valid_days=programme.valid_days,
        parts=[
            *(PlanPart(name=name) for name in programme.parts),
            *(
                PlanPart(name=name, is_add_on=True, price=ADD_ON_PRICES.get(name))
                for name in programme.add_ons
            ),
        ],
        **terms,
    )


def load_enrolments(today: datetime.date) -> None:
    """Enrolments with their sessions, all to come; the visits complete them."""
    branch, by = Branch.objects.get(code=MAIN), User.objects.get(username="receptionist")
    people = {customer.full_name: customer for customer in Customer.objects.all()}
    plans = {plan.name: plan for plan in Plan.objects.all()}
    enrolments = [
        _enrolment(
            branch, by, people[each.customer], plans[each.programme.name], today - datetime.timedelta(each.days_ago)
        )
        for each in sorted(sold(), key=lambda each: -each.days_ago)
    ]  # fmt: skip
    with backdated(Enrolment, Session):
        Enrolment.objects.bulk_create(enrolments)
        Session.objects.bulk_create(
            Session(enrolment=enrolment, number=number, created_at=enrolment.created_at)
            for enrolment in enrolments
            for number in range(1, enrolment.session_count + 1)
        )
    demo_ledger.open_ledgers(enrolments)


def _enrolment(branch: Branch, by: User, customer: Customer, plan: Plan, day: datetime.date) -> Enrolment:
    return Enrolment(
        branch=branch,
        customer=customer,
        plan=plan,
        plan_name=plan.name,
        session_count=plan.session_count,
        value=plan.price,
        enrolled_on=day,
        valid_days=plan.valid_days,
        valid_until=day + datetime.timedelta(days=plan.valid_days),
        by=by,
        created_at=datetime.datetime.combine(day, datetime.time(9, 15), branch.zone),
    )


def note_standing(today: datetime.date) -> None:
    """Enter what the visits used, close what is used up, and tell the customers' rows how many packages are active."""
    demo_ledger.enter_uses()
    for enrolment in Enrolment.objects.prefetch_related("sessions"):
        if all(session.status == Session.Status.COMPLETED for session in enrolment.sessions.all()):
            enrolment.status = Enrolment.Status.COMPLETED
            enrolment.save(update_fields=["status", "updated_at"])
    for customer in Customer.objects.filter(enrolments__isnull=False).distinct():
        active = Enrolment.objects.active().filter(customer=customer).count()
        customers.note_standing(customer_id=customer.pk, active_packages=active)


def register() -> None:
    add_demo(25, gettext_lazy("Treatments and programmes"), load_menu)
    add_demo(26, gettext_lazy("What treatments ask for"), demo_rules.load)
    add_demo(35, gettext_lazy("Patch tests and consents"), demo_rules.record_results)
    add_demo(40, gettext_lazy("Enrolments"), load_enrolments)
    add_demo(60, gettext_lazy("Packages used up"), note_standing)
