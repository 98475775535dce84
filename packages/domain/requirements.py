"""What has to be met before a treatment, and who may give it."""

import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic import events
from clinic.locks import lock_row
from clinic.models import Branch
from clinic.refusals import Refusal
from customers.models import Customer
from packages import queries
from packages.models import Requirement, RequirementMet, Treatment
from staff.models import Practitioner, User


@transaction.atomic
def meet(
    *, by: User, requirement: Requirement, customer: Customer, is_passed: bool, note: str = ""
) -> RequirementMet:
    """Record that a customer has met a requirement now, or that the skin reacted or the consent was declined.

    A booking reads the results under the customer's lock, so they are written under it.
    """
    lock_row(Customer, customer.pk)
    if not Requirement.objects.filter(pk=requirement.pk, is_active=True).exists():
        raise Refusal(_("%(name)s is no longer asked for.") % {"name": requirement}, field="requirement")
    met = RequirementMet.objects.create(
        requirement=requirement,
        customer=customer,
        at=timezone.now(),
        is_passed=is_passed,
        note=note.strip(),
        by=by,
    )
    events.record(
        "requirement.met",
        subject=met,
        by=by,
        branch_id=by.branch_id,
        customer_id=str(customer.pk),
        requirement_id=str(requirement.pk),
    )
    return met


def check_treatable(
    *,
    customer: Customer,
    treatment: Treatment,
    practitioner: Practitioner,
    starts_at: datetime.datetime,
    branch: Branch,
) -> None:
    """Refuse a visit that the treatment's own rules forbid: given by somebody else, or a requirement not met by then.

    Ask under the locks of the customer and of the practitioner's resource: the results are written under the first, the
    rules under the second.
    """
    performers = queries.performers_of(treatment)
    if performers is not None and practitioner.pk not in performers:
        raise Refusal(_who_does(treatment, practitioner, branch, performers), field="practitioner")
    problems = queries.unmet(customer.pk, treatment, starts_at.astimezone(branch.zone))
    if problems:
        raise Refusal(" ".join(each.sentence for each in problems), field="what")


def _who_does(treatment: Treatment, practitioner: Practitioner, branch: Branch, performers: set[UUID]) -> str:
    here = Practitioner.objects.active().filter(pk__in=performers, resource__branch=branch)
    names = list(here.order_by("resource__name").values_list("resource__name", flat=True))
    words = {"name": practitioner, "treatment": treatment, "branch": branch.trade_name}
    if not names:
        return (
            _("%(name)s doesn't give %(treatment)s, and nobody else at %(branch)s does: an administrator can name who.")
            % words
        )  # fmt: skip
    words["others"] = _(" and ").join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return (
        ngettext(
            "%(name)s doesn't give %(treatment)s; %(others)s does.",
            "%(name)s doesn't give %(treatment)s; %(others)s do.",
            len(names),
        )
        % words
    )
