"""Visits in the search over everything."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from appointments.models import Appointment
from clinic.models import Branch
from clinic.registries import Found
from staff.models import User

LONGEST_SERIAL, LONGEST_NUMBER = 4, 6  # digits


def search(user: User, words: str) -> Iterator[Found]:
    """By number (APT-2026-00012, or its last digits this year), and by today's serial number or token."""
    if user.branch is None or (wanted := _by_number(words.strip().upper(), user.branch)) is None:
        return
    visits = Appointment.objects.visible_to(user).filter(wanted).select_related("customer", "treatment")
    for visit in visits.order_by("-starts_at")[:10]:
        when = date_format(visit.starts_at.astimezone(user.branch.zone), "D j M, H:i")
        yield Found(
            kind=gettext("Visits"),
            title=f"{visit.number} · {visit.customer.full_name}",
            detail=f"{visit.treatment.name} · {when}",
            url=reverse("appointment-detail", args=[visit.pk]),
            customer=visit.customer,
        )


def _by_number(words: str, branch: Branch) -> Q | None:
    if words.startswith("APT-"):
        return Q(number__startswith=words)
    if not (1 <= len(words) <= 8 and words.isascii() and words.isalnum() and words[-1].isdigit()):
        return None
    today = timezone.localdate(timezone=branch.zone)
    found = Q(queue_entry__token=words, queue_entry__queue__day=today)
    if words.isdigit() and len(words) <= LONGEST_NUMBER:
        found |= Q(serial=int(words), sitting__day=today) if len(words) <= LONGEST_SERIAL else Q()
        found |= Q(number=f"APT-{today.year}-{int(words):05d}")
    return found
