"""What packages tell of a person: their timeline, how many are active, what is still to be used."""

import datetime
from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.registries import Moment
from customers import domain as customers
from packages.models import Enrolment, RequirementMet, Session
from staff.models import User


def of_packages(user: User, customer_id: UUID, before: datetime.datetime, limit: int) -> Iterator[Moment]:
    mine = Enrolment.objects.visible_to(user).filter(customer=customer_id)
    for row in mine.filter(created_at__lt=before).select_related("by").order_by("-created_at")[:limit]:
        yield Moment(
            row.created_at, "package", _("Package: %(plan)s") % {"plan": row.plan_name},
            _("%(count)s sessions") % {"count": row.session_count},
            reverse("enrolment-detail", args=[row.pk]), str(row.by),
        )  # fmt: skip
    done = Session.objects.filter(enrolment__in=mine.values("pk"), completed_at__lt=before)
    for session in done.select_related("enrolment", "completed_by").order_by("-completed_at")[:limit]:
        told = {"number": session.number, "count": session.enrolment.session_count}
        yield Moment(
            session.completed_at or before, "circle-check", _("Session %(number)s of %(count)s completed") % told,
            session.enrolment.plan_name, reverse("enrolment-detail", args=[session.enrolment_id]),
            str(session.completed_by or ""),
        )  # fmt: skip


def of_requirements(user: User, customer_id: UUID, before: datetime.datetime, limit: int) -> Iterator[Moment]:
    rows = RequirementMet.objects.filter(customer=customer_id, at__lt=before)
    for row in rows.select_related("requirement", "by").order_by("-at")[:limit]:
        passed = _("passed") if row.is_passed else _("not passed")
        yield Moment(row.at, "clipboard-check", f"{row.requirement.name}: {passed}", row.note, by=str(row.by))


def rederive(customer_id: UUID) -> None:
    """Write the number of active packages anew."""
    active = Enrolment.objects.active().filter(customer=customer_id).count()
    customers.note_standing(customer_id=customer_id, active_packages=active)


def objections(customer_id: UUID) -> Iterator[str]:
    """Packages whose sessions may still be used, at whatever branch."""
    for row in Enrolment.objects.active().filter(customer=customer_id).order_by("pk")[:5]:
        told = {"plan": row.plan_name}
        yield _("The package %(plan)s is still active. Complete it or give it back first.") % told
