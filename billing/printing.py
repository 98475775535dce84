"""The worker's part of a print run: each bill's paper, kept or drawn, behind the other in one file.

No transaction stands round the whole: each paper that is drawn is there for everybody at once, and a run that a worker
left behind is taken up by another.
"""

import logging
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from billing import paper
from billing.models import PrintRun
from billing.paper.kinds import KINDS

logger = logging.getLogger(__name__)
SILENT = timedelta(minutes=5)  # after which a worker is taken for gone
KEPT = timedelta(days=1)
STEP = 5  # bills between two words about how far it is


def offer(pk: UUID) -> None:
    """To the worker after commit; where it can't be reached, the next beat takes it up."""
    from billing.tasks import print_run  # the task module imports this one

    def send() -> None:
        try:
            print_run.apply_async([str(pk)], retry=False)
        except Exception:
            logger.warning("The broker can't be reached; the print run waits for the next beat.")

    transaction.on_commit(send, robust=True)


def keep() -> None:
    """Each minute: take up what nobody works on, forget the files of yesterday."""
    for pk in _open().values_list("pk", flat=True):
        go_on(pk)
    old = PrintRun.objects.filter(
        state__in=[PrintRun.State.DONE, PrintRun.State.FAILED], ended_at__lt=timezone.now() - KEPT
    )
    for run in old:
        name, storage = str(run.file.name or ""), run.file.storage
        _write(run, state=PrintRun.State.EXPIRED, file="", invoices=[])
        if name:
            storage.delete(name)


def go_on(pk: UUID | str) -> None:
    """Draw one run; a second worker that comes meanwhile leaves it alone."""
    now = timezone.now()
    if not _open().filter(pk=pk).update(state=PrintRun.State.DRAWING, taken_at=now, done=0):
        return
    run = PrintRun.objects.get(pk=pk)
    try:
        content = _drawn(run)
    except Exception:
        logger.exception("Print run %s failed", pk)
        _write(run, state=PrintRun.State.FAILED, ended_at=timezone.now(), done=0)
        return
    run.file.save("bills.pdf", ContentFile(content), save=False)
    _write(run, state=PrintRun.State.DONE, file=run.file.name, done=run.total, ended_at=timezone.now())


def _open() -> Any:
    """Waiting, or left behind by a worker that fell silent."""
    silent = Q(state=PrintRun.State.DRAWING, taken_at__lt=timezone.now() - SILENT)
    return PrintRun.objects.filter(Q(state=PrintRun.State.WAITING) | silent)


def _drawn(run: PrintRun) -> bytes:
    from pypdf import PdfWriter  # only a process that draws carries it

    rows = KINDS["invoice"].rows().filter(branch=run.branch_id)
    with PdfWriter() as writer:
        for place, pk in enumerate(run.invoices):
            invoice = rows.filter(pk=pk).first()
            if invoice is None:
                continue
            with paper.ready(invoice, run.format, run.language, run.copy).file.open("rb") as file:
                writer.append(file, import_outline=False)
            if place % STEP == 0:
                _write(run, done=place, taken_at=timezone.now())
        writer.compress_identical_objects()
        whole = BytesIO()
        writer.write(whole)
    return whole.getvalue()


def _write(run: PrintRun, **values: Any) -> None:
    PrintRun.objects.filter(pk=run.pk).update(**values)
