"""Having many bills drawn into one file."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing import printing
from billing.models import PrintRun
from clinic import events
from clinic.models import Branch
from clinic.refusals import Refusal
from staff.models import User


@transaction.atomic
def start_print(
    *, by: User, branch: Branch, invoices: Iterable[UUID], form: str, language: str, copy: str
) -> PrintRun:
    """Begin a file of these bills, in this order; the worker draws them. Refuses none, and more than some hundreds."""
    chosen = [str(pk) for pk in invoices]
    if not chosen:
        raise Refusal(_("No bill is chosen that could be printed: drafts can't."))
    if len(chosen) > PrintRun.MOST:
        sentence = ngettext(
            "That is %(count)s bill; at most %(most)s go into one file. Narrow the list first.",
            "Those are %(count)s bills; at most %(most)s go into one file. Narrow the list first.",
            len(chosen),
        )
        raise Refusal(sentence % {"count": len(chosen), "most": PrintRun.MOST})
    run = PrintRun.objects.create(
        branch=branch, by=by, invoices=chosen, total=len(chosen), format=form, language=language, copy=copy
    )
    events.record("invoices.printed", subject=run, by=by, branch_id=branch.pk, count=run.total)
    printing.offer(run.pk)
    return run
