"""Who may give a treatment, and what a customer still has to meet before it."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Consent, Customer
from packages.models import Enrolment, Performer, Requirement, RequirementMet, Treatment


def performers_of(treatment: Treatment) -> set[UUID] | None:
    """The practitioners who may give a treatment, by their ids; None when everybody may."""
    return set(Performer.objects.filter(treatment=treatment).values_list("practitioner", flat=True)) or None


class Why(StrEnum):
    """Why a requirement isn't met."""

    MISSING = "missing"
    FAILED = "failed"
    TOO_SOON = "too_soon"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Readiness:
    """How a customer stands to a requirement for a visit that begins `at`, whose zone decides what a day is.

    `result` is the one that tells: the failure, or the pass that holds then, later or held last. `why` is None when the
    requirement is met.
    """

    requirement: Requirement
    at: datetime.datetime
    result: RequirementMet | None
    why: Why | None

    @property
    def holds_from(self) -> datetime.datetime | None:
        """From when on a visit may begin, by the pass."""
        passed = self._passed
        return _holds_from(self.requirement, passed).astimezone(self.at.tzinfo) if passed else None

    @property
    def last_day(self) -> datetime.date | None:
        """The last local day on which the pass holds. None: for good, or nothing is passed."""
        passed = self._passed
        return _last_day(self.requirement, passed, self.at.tzinfo) if passed else None

    @property
    def _passed(self) -> RequirementMet | None:
        return self.result if self.result and self.result.is_passed else None

    @property
    def sentence(self) -> str:
        """Why the visit can't be booked, and what would help; empty when it can."""
        words = {
            "name": self.requirement.name,
            "what": self.requirement.article_name,
            "hours": self.requirement.wait_hours,
            "treatment": self.requirement.treatment.name,
            "day": date_format(self.result.at.astimezone(self.at.tzinfo), "j M Y") if self.result else "",
            "from": date_format(self.holds_from, "D j M, H:i") if self.holds_from else "",
            "last": date_format(self.last_day, "j M Y") if self.last_day else "",
        }
        return self._template() % words

    def _template(self) -> str:
        match self.why:
            case Why.MISSING:
                return _missing(self.requirement.wait_hours)
            case Why.FAILED if self.requirement.kind == Requirement.Kind.CONSENT:
                return _("%(name)s: declined on %(day)s. %(treatment)s can't be booked until it is given.")
            case Why.FAILED:
                return _(
                    "%(name)s: the skin reacted on %(day)s. %(treatment)s can't be booked until a new one is passed."
                )
            case Why.TOO_SOON:
                return _("%(name)s: passed on %(day)s, so %(treatment)s can begin from %(from)s on.")
            case Why.LAPSED:
                return _("%(name)s: that of %(day)s held until %(last)s. %(treatment)s needs a new one.")
        return ""


def _missing(hours: int) -> str:
    if not hours:
        return _("%(what)s is needed before %(treatment)s: record it on the customer's page.")
    return ngettext(
        "%(what)s is needed before %(treatment)s: record it on the customer's page, at least %(hours)s hour before"
        " the visit.",
        "%(what)s is needed before %(treatment)s: record it on the customer's page, at least %(hours)s hours before"
        " the visit.",
        hours,
    )


def readiness(
    customer_id: UUID, requirements: Iterable[Requirement], at: datetime.datetime
) -> list[Readiness]:
    """How a customer stands to each requirement, in their order, for a visit that begins `at`."""
    wanted = list(requirements)
    results: dict[UUID, list[RequirementMet]] = defaultdict(list)
    rows = RequirementMet.objects.filter(customer_id=customer_id, requirement__in=wanted)
    for row in rows.select_related("by").order_by("-at", "-id"):
        results[row.requirement_id].append(row)
    for requirement, row in _signed(customer_id, wanted):
        results[requirement].append(row)
        results[requirement].sort(key=lambda each: each.at, reverse=True)
    return [_stands(each, at, results[each.pk]) for each in wanted]


def _signed(customer_id: UUID, wanted: list[Requirement]) -> Iterator[tuple[UUID, RequirementMet]]:
    """Answers to consents, as if they were noted as results: each that is asked for, with what was signed or taken back."""
    asked = [each for each in wanted if each.kind == Requirement.Kind.CONSENT]
    if not asked:
        return
    treatments = {each.treatment_id for each in asked}
    found = Consent.objects.filter(customer_id=customer_id, treatment_id__in=treatments)
    for consent in found.select_related("by", "withdrawal__by"):
        for each in (each for each in asked if each.treatment_id == consent.treatment_id):
            yield (
                each.pk,
                RequirementMet(requirement=each, at=consent.at, is_passed=consent.is_accepted, by=consent.by),
            )
            if consent.is_withdrawn:
                back = consent.withdrawal
                yield (
                    each.pk,
                    RequirementMet(
                        requirement=each, at=back.at, is_passed=False, note=back.reason, by=back.by
                    ),
                )


def unmet(customer_id: UUID, treatment: Treatment, at: datetime.datetime) -> list[Readiness]:
    """The active requirements of a treatment that a customer doesn't meet for a visit that begins `at`."""
    active = treatment.requirements.filter(is_active=True).select_related("treatment")
    return [each for each in readiness(customer_id, active, at) if each.why]


def wanted_treatments(customer: Customer) -> set[UUID]:
    """Of which treatments a customer has an active package."""
    return set(Enrolment.objects.active().filter(customer=customer).values_list("plan__treatment", flat=True))


def _stands(requirement: Requirement, at: datetime.datetime, results: list[RequirementMet]) -> Readiness:
    """`results` begin with the latest. A failure ends what was passed before it; a new pass takes nothing away."""
    if not results:
        return Readiness(requirement, at, None, Why.MISSING)
    if not results[0].is_passed:
        return Readiness(requirement, at, results[0], Why.FAILED)
    passes = list(takewhile(lambda each: each.is_passed, results))
    begun = [each for each in passes if _holds_from(requirement, each) <= at]
    for each in begun:
        last = _last_day(requirement, each, at.tzinfo)
        if last is None or at.date() <= last:
            return Readiness(requirement, at, each, None)
    if len(begun) < len(passes):
        return Readiness(requirement, at, passes[len(passes) - len(begun) - 1], Why.TOO_SOON)
    return Readiness(requirement, at, passes[0], Why.LAPSED)


def _holds_from(requirement: Requirement, passed: RequirementMet) -> datetime.datetime:
    return passed.at + datetime.timedelta(hours=requirement.wait_hours)


def _last_day(
    requirement: Requirement, passed: RequirementMet, zone: datetime.tzinfo | None
) -> datetime.date | None:
    if requirement.valid_days is None:
        return None
    return passed.at.astimezone(zone).date() + datetime.timedelta(days=requirement.valid_days)
