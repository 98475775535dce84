"""What the demo's treatments take, ask for and note, and which of its customers are ready for them."""

import datetime
from dataclasses import dataclass, field

from clinic.demo import backdated
from clinic.models import Branch
from customers.demo import AT_SECOND
from customers.models import Customer
from packages.models import Parameter, Performer, Requirement, RequirementMet, Treatment
from staff.demo import MAIN
from staff.models import Practitioner, User

NOT_TESTED = "Tara Pillai"  # so that the desk sees what blocks a booking
REACTED = "Imtiaz Ahmed"
CONSENTED = ["Anjali Singh", "Ritika Joshi", "Meera Iyer"]


@dataclass(frozen=True)
class Rules:
    """Minutes before and after, who gives it, and parameters: name, kind, unit, choices."""

    before: int = 0
    after: int = 0
    interval: int | None = None
    performers: list[str] = field(default_factory=list)
    parameters: list[tuple[str, str, str, list[str]]] = field(default_factory=list)


RULES = {
    "Laser Hair Removal": Rules(
        before=5, after=10, performers=["Dr. Vivek Kapoor", "Asha Thomas"],
        parameters=[
            ("Device", "choice", "", ["Diode 810 nm", "Alexandrite 755 nm", "Nd:YAG 1064 nm"]),
            ("Fluence", "number", "J/cm²", []), ("Spot size", "number", "mm", []), ("Passes", "number", "", []),
            ("Area", "text", "", []),
        ],
    ),
    "Chemical peel": Rules(
        before=5, after=10, interval=21, performers=["Dr. Reena Sharma", "Asha Thomas"],
        parameters=[
            ("Agent", "choice", "", ["Glycolic acid", "Salicylic acid", "Mandelic acid", "TCA"]),
            ("Strength", "number", "%", []), ("Contact", "number", "min", []),
        ],
    ),
    "Botox": Rules(performers=["Dr. Reena Sharma"]),
    "Hair PRP": Rules(after=10, performers=["Dr. Vivek Kapoor"]),
}  # fmt: skip


def load(today: datetime.date) -> None:
    practitioners = {each.resource.name: each for each in Practitioner.objects.select_related("resource")}
    for name, rules in RULES.items():
        treatment = Treatment.objects.get(name=name)
        treatment.minutes_before, treatment.minutes_after = rules.before, rules.after
        treatment.min_interval_days = rules.interval
        treatment.save()
        Performer.objects.bulk_create(
            Performer(treatment=treatment, practitioner=practitioners[who])
            for who in rules.performers
            if who in practitioners
        )
        Parameter.objects.bulk_create(
            Parameter(
                treatment=treatment, name=title, kind=kind, unit=unit, choices="\n".join(choices),
                is_required=kind == Parameter.Kind.CHOICE, position=position,
            )
            for position, (title, kind, unit, choices) in enumerate(rules.parameters, 1)
        )  # fmt: skip
    Requirement.objects.create(
        treatment=Treatment.objects.get(name="Laser Hair Removal"), kind="patch_test", name="Patch test",
        wait_hours=48, valid_days=180,
    )  # fmt: skip
    Requirement.objects.create(
        treatment=Treatment.objects.get(name="Chemical peel"), kind="consent", name="Consent"
    )


def record_results(today: datetime.date) -> None:
    """Whoever may have had the laser at the main branch was tested before the first visit on record, but for two."""
    branch, by = Branch.objects.get(code=MAIN), User.objects.get(username="asha")
    patch_test, consent = Requirement.objects.get(kind="patch_test"), Requirement.objects.get(kind="consent")
    rows = []
    for place, customer in enumerate(Customer.objects.exclude(full_name__in=AT_SECOND).order_by("pk")):
        day = today - datetime.timedelta(days=62 + place % 28)
        at = datetime.datetime.combine(day, datetime.time(10 + place % 8, 30), branch.zone)
        row = {"customer": customer, "at": at, "by": by, "created_at": at}
        if customer.full_name == REACTED:
            rows.append(
                RequirementMet(
                    requirement=patch_test, is_passed=False, note="Redness and itching after a day", **row
                )
            )
        elif customer.full_name != NOT_TESTED:
            rows.append(RequirementMet(requirement=patch_test, is_passed=True, **row))
        if customer.full_name in CONSENTED:
            rows.append(RequirementMet(requirement=consent, is_passed=True, note="Signed on paper", **row))
    with backdated(RequirementMet):
        RequirementMet.objects.bulk_create(rows)
