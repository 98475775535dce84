"""The way of a file: received, checked whole, started by a person, written whole. The worker does the long parts."""

import hashlib
import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import events
from clinic.models import Branch
from clinic.plain import plain, plainly
from clinic.refusals import Refusal
from imports import importers, progress, reading
from imports.columns import as_text
from imports.importers import Finding, Importer, Line
from imports.models import Import
from staff.models import User

logger = logging.getLogger(__name__)
SAMPLE = 5  # rows shown of a file
KEPT_UNDECIDED = timedelta(days=2)


@transaction.atomic
def receive(*, by: User, branch: Branch, kind: str, file: UploadedFile) -> Import:
    """Keep a file and have it checked. Refuses at once what isn't a list of this kind, by its content and its head."""
    importer = importers.get(kind)
    if importer is None or not by.may(importer.permission):
        raise Refusal(_("This can't be imported."), field="file")
    if not file.size or file.size > reading.LARGEST:
        raise Refusal(
            _("The file is empty.") if not file.size else _("The file is larger than 20 MB. Split the list."),
            field="file",
        )
    content = file.read()
    rows = reading.table(content)
    with plainly():  # the titles that files have, which are written so too
        columns = importer.columns(branch)
    head = reading.head_of(rows[0], columns)
    digest = hashlib.sha256(content).hexdigest()
    _check_new(branch, kind, digest)
    imported = Import(
        branch=branch, kind=kind, name=(file.name or plain(gettext_lazy("list")))[-200:], sha256=digest, by=by, rows=len(rows) - 1,
        head=[str(column.title) for column in head.values()], unknown=reading.passed_over(rows[0], head)[:50],
    )  # fmt: skip
    imported.file.save("list", ContentFile(content), save=False)
    imported.save(force_insert=True)
    events.record(
        "import.received", subject=imported, by=by, branch_id=branch.pk, kind=kind, rows=imported.rows
    )
    _offer(imported.pk)
    return imported


def _check_new(branch: Branch, kind: str, digest: str) -> None:
    same = Import.objects.filter(branch=branch, kind=kind, sha256=digest).exclude(
        state__in=[Import.State.DROPPED, Import.State.FAILED]
    )
    known = same.first()
    if known:
        raise Refusal(
            _("This very file was taken on %(day)s already.")
            % {"day": timezone.localtime(known.created_at).strftime("%d.%m.%Y %H:%M")},
            field="file",
        )


@transaction.atomic
def start(*, by: User, imported: Import) -> Import:
    """Have the checked lines written. Refuses while anything is wrong with one of them."""
    kept = _lock(imported.pk)
    if kept.state == Import.State.WRITING:
        return kept
    if not kept.can_start:
        raise Refusal(_("Only a file in which nothing is wrong can be imported."))
    _move(kept, Import.State.WRITING, by=by)
    events.record("import.started", subject=kept, by=by, branch_id=kept.branch_id, kind=kept.kind)
    _offer(kept.pk)
    return kept


@transaction.atomic
def drop(*, by: User, imported: Import) -> Import:
    """Forget a file that isn't wanted; nothing of it was written."""
    kept = _lock(imported.pk)
    if kept.state == Import.State.DROPPED:
        return kept
    if not kept.can_be_dropped:
        raise Refusal(_("This file is under way or done."))
    _end(kept, Import.State.DROPPED)
    events.record("import.dropped", subject=kept, by=by, branch_id=kept.branch_id, kind=kept.kind)
    return kept


def keep() -> None:
    """What beat does each minute: go on with what lies there, forget what nobody has decided on for two days."""
    for pk in Import.objects.filter(state__in=Import.UNDER_WAY).values_list("pk", flat=True):
        go_on(import_id=pk)
    stale = Import.objects.filter(
        state__in=[Import.State.CHECKED, Import.State.FAILED], updated_at__lt=timezone.now() - KEPT_UNDECIDED
    )
    for imported in stale:
        with transaction.atomic():
            _end(_lock(imported.pk), Import.State.DROPPED)


def go_on(*, import_id: UUID | str) -> None:
    """Check or write a file, once: a second worker that comes while the first is at it leaves it alone."""
    try:
        with plainly(), transaction.atomic():  # others read what was found
            rows = Import.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
            kept = (
                rows.select_related("branch", "by").filter(pk=import_id, state__in=Import.UNDER_WAY).first()
            )
            if kept:
                _work(kept)
    except Refusal as refusal:
        _fail(import_id, refusal.message)
    except Exception:
        logger.exception("Import %s failed", import_id)
        _fail(import_id, _("Something went wrong. Nothing was imported; try again or ask for help."))


def _work(kept: Import) -> None:
    importer = importers.get(kept.kind)
    if importer is None:
        raise Refusal(_("This can't be imported."))
    lines, findings = _look_through(kept, importer)
    out = {finding.line for finding in findings}
    wanted = [line for line in lines if line.number not in out]
    wrong = [finding for finding in findings if not finding.left_out]
    if not importer.write or not (wrong or kept.state == Import.State.CHECKING):
        wrong += _write(kept, importer, wanted, keep=kept.state == Import.State.WRITING and not wrong)
    if kept.state == Import.State.CHECKING or wrong:
        left_out = [finding for finding in findings if finding.left_out]
        _report(kept, importer, lines, sorted(wrong, key=lambda finding: finding.line) + left_out)
        return
    kept.written, kept.left_out = len(wanted), len(out)
    _end(kept, Import.State.DONE)
    events.record(
        "import.done", subject=kept, by=kept.by, branch_id=kept.branch_id, kind=kept.kind, rows=len(wanted)
    )


def _look_through(kept: Import, importer: Importer) -> tuple[list[Line], list[Finding]]:
    with kept.file.open("rb") as stored:
        rows = reading.table(stored.read())
    head = reading.head_of(rows[0], importer.columns(kept.branch))
    lines, findings = reading.lines_of(rows, head, lambda done: progress.note(kept.pk, done))
    known = {finding.line for finding in findings}
    fine = [line for line in lines if line.number not in known]
    findings += importer.check(kept.branch, fine)
    return lines, findings


class _TakeBack(Exception):
    """Ends a dry run: what was written is taken back."""


def _write(kept: Import, importer: Importer, lines: list[Line], *, keep: bool) -> list[Finding]:
    """Write the lines, and take all back unless they are to be kept and none was refused. Returns the refusals."""
    refused: list[Finding] = []
    try:
        with transaction.atomic():
            if importer.write:
                importer.write(
                    by=kept.by,
                    branch=kept.branch,
                    lines=lines,
                    told=lambda done: progress.note(kept.pk, done),
                )
            else:
                refused = [finding for line in lines if (finding := _tried(kept, importer, line))]
            if refused or not keep:
                raise _TakeBack
    except _TakeBack:
        pass
    return refused


def _tried(kept: Import, importer: Importer, line: Line) -> Finding | None:
    if line.number % 50 == 0:
        progress.note(kept.pk, line.number)
    try:
        with transaction.atomic():
            importer.write_line(by=kept.by, branch=kept.branch, line=line)
    except Refusal as refusal:
        return Finding(line.number, refusal.field or "", refusal.message)
    return None


def _report(kept: Import, importer: Importer, lines: list[Line], findings: list[Finding]) -> None:
    titles = {column.name: str(column.title) for column in importer.columns(kept.branch)}
    kept.rows = len(lines)
    kept.wrong = len({finding.line for finding in findings if not finding.left_out})
    kept.left_out = len({finding.line for finding in findings if finding.left_out})
    kept.findings = [
        [finding.line, titles.get(finding.column, ""), finding.sentence, finding.left_out]
        for finding in findings[: Import.KEPT]
    ]
    shown = [name for name in titles if titles[name] in kept.head]
    kept.head = [titles[name] for name in shown]
    kept.sample = [[_shown(line.values.get(name)) for name in shown] for line in lines[:SAMPLE]]
    _move(kept, Import.State.CHECKED)


def _shown(value: Any) -> str:
    return "" if value is None else as_text(str(value))[:80]


def _lock(pk: UUID) -> Import:
    return Import.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _fail(import_id: UUID | str, sentence: str) -> None:
    with transaction.atomic():
        kept = _lock(UUID(str(import_id)))
        kept.sentence = sentence[:300]
        _move(kept, Import.State.FAILED)


def _end(kept: Import, state: str) -> None:
    """What the file held about people isn't kept beside what was made of it."""
    name = kept.file.name
    kept.file, kept.sample, kept.findings, kept.ended_at = "", [], [], timezone.now()
    _move(kept, state)
    if name:
        storage = Import._meta.get_field("file").storage
        transaction.on_commit(lambda: storage.delete(name), robust=True)


def _move(kept: Import, state: str, by: User | None = None) -> None:
    kept.state = state
    if by:
        kept.by = by
    kept.version += 1
    kept.save()


def _offer(pk: UUID) -> None:
    """To the worker after commit; where it can't be reached, the next beat takes it up."""
    from imports.tasks import go_on as task  # the task module imports this one

    def send() -> None:
        try:
            task.apply_async([str(pk)], retry=False)
        except Exception:
            logger.warning("The broker can't be reached; the import waits for the next beat.")

    transaction.on_commit(send, robust=True)
