"""Having many completed visits billed in one go."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from appointments.models import Appointment
from billing import bulk
from billing.models import BulkRow, BulkRun
from clinic import events
from clinic.models import Branch
from clinic.refusals import Refusal
from staff.models import User


@transaction.atomic
def start_bulk(*, by: User, branch: Branch, visits: Iterable[UUID], issues: bool) -> BulkRun:
    """Begin drafting bills for these visits, and issuing them where asked; the worker goes through them one by one.

    A visit that waits in another run is left to that one. Refuses none, and more than some hundreds.
    """
    chosen = list(dict.fromkeys(visits))
    if len(chosen) > BulkRun.MOST:
        raise Refusal(_("At most %(most)s visits are billed in one go.") % {"most": BulkRun.MOST})
    done = Appointment.objects.filter(pk__in=chosen, branch=branch, status=Appointment.Status.COMPLETED)
    found = list(done.order_by("starts_at", "pk").values_list("pk", flat=True))
    if not found:
        raise Refusal(_("No visit is chosen that could be billed."))
    run = BulkRun.objects.create(branch=branch, by=by, issues=issues)
    BulkRow.objects.bulk_create(
        [BulkRow(run=run, appointment_id=pk, position=place) for place, pk in enumerate(found, 1)],
        ignore_conflicts=True,
    )
    count = run.rows.count()
    if not count:
        raise Refusal(_("These visits are being billed already."))
    events.record("visits.billed", subject=run, by=by, branch_id=branch.pk, count=count, issues=issues)
    bulk.offer(run.pk)
    return run
