"""What the demo clinic has written down and agreed: policies, notes of recent consultations, who is to come back."""

import datetime
from decimal import Decimal

from appointments.models import Appointment, ConsultationNote, FollowUp, VisitPolicy
from clinic.models import Branch
from staff.demo import MAIN

NOTES = [
    ("Acne on both cheeks for three months", "Grade II, few scars", "Acne vulgaris", "Gel at night, sun screen, control"),
    ("Hair fall since monsoon", "Pull test positive at the crown", "Telogen effluvium", "Iron studies, PRP if they are normal"),
    ("Dark patches after summer", "Malar, Wood's lamp: epidermal", "Melasma", "Sun screen, peel in four weeks"),
    ("Itching on the forearms", "Dry skin, no lesions", "Xerosis", "Emollient twice a day"),
]  # fmt: skip


def load(today: datetime.date) -> None:
    branch = Branch.objects.get(code=MAIN)
    _policies(branch, today - datetime.timedelta(days=90))
    done = Appointment.objects.filter(branch=branch, status=Appointment.Status.COMPLETED)
    recent = done.select_related("practitioner__user").order_by("-starts_at", "id")
    _notes(list(recent.filter(treatment__category="consultation")[:12]))
    _follow_ups(list(recent[:60:5]), today)


def _policies(branch: Branch, since: datetime.date) -> None:
    kind = VisitPolicy.Kind
    amounts = [
        (kind.DEPOSIT, "laser", Decimal(500), None),
        (kind.NO_SHOW, "", None, Decimal(20)),
        (kind.LATE_CANCEL, "", Decimal(300), None),
    ]
    VisitPolicy.objects.bulk_create(
        VisitPolicy(branch=branch, kind=what, category=category, amount=amount, percent=percent, hours=6, valid_from=since)
        for what, category, amount, percent in amounts
    )  # fmt: skip


def _notes(visits: list[Appointment]) -> None:
    ConsultationNote.objects.bulk_create(
        ConsultationNote(
            appointment=visit, by=visit.practitioner.user, complaint=words[0], finding=words[1], diagnosis=words[2],
            plan=words[3],
        )
        for visit, words in zip(visits, NOTES * 3, strict=False)
    )  # fmt: skip


def _follow_ups(visits: list[Appointment], today: datetime.date) -> None:
    """Some overdue, some this week, some later."""
    FollowUp.objects.bulk_create(
        FollowUp(
            branch_id=visit.branch_id, appointment=visit, reason="Control",
            due_on=max(today + datetime.timedelta(days=5 * number - 12), visit.starts_at.date() + datetime.timedelta(weeks=1)),
        )
        for number, visit in enumerate(visits)
    )  # fmt: skip
