"""Reads on the audit that stay fast on millions of rows: by keyset, and never by counting."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit import values
from clinic.audit.about import rows_about
from clinic.audit.telling import Field, Told, columns, tell
from clinic.forms import whole
from clinic.models import AuditRow, Branch
from clinic.models.audit import AuditQuerySet
from clinic.permissions import Permission
from staff.models import User

PAGE = 50
AT_ONCE = 500  # rows of a file that are told together
MOST_IN_FILE = 100_000
LOOKED_BACK = datetime.timedelta(days=31)  # for words, which no index knows, where no first day is chosen
LONGEST_ID = 18  # digits


@dataclass(frozen=True)
class Asked:
    words: str = ""
    wanted: models.Q = field(default_factory=models.Q)
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None


@dataclass(frozen=True)
class Page:
    """`before` is the id below which the earlier rows lie; "" where there are none. `since`: how far words were looked for."""

    told: list[Told]
    before: str
    since: datetime.datetime | None = None


def people(user: User) -> list[tuple[UUID, str]]:
    """Whose deeds can be asked for: everybody's, or those of colleagues at the branch."""
    everywhere = user.may_everywhere(Permission.AUDIT_VIEW)
    known = User.objects.all() if everywhere else User.objects.visible_to(user)
    return list(known.order_by("full_name").values_list("pk", "full_name"))


def branches(user: User) -> list[Branch]:
    """To choose from, for whoever sees the audit of all of them."""
    return list(Branch.objects.order_by("trade_name")) if user.may_everywhere(Permission.AUDIT_VIEW) else []


def rows(*, user: User, asked: Asked) -> tuple[AuditQuerySet, datetime.datetime | None]:
    """What matches and is seen by this person, the newest first; and how far back words were looked for."""
    found = AuditRow.objects.visible_to(user).filter(asked.wanted).order_by("-id")
    if asked.since:
        found = found.filter(at__gte=asked.since)
    if asked.until:
        found = found.filter(at__lt=asked.until)
    if not asked.words:
        return found, None
    of_record = models.Q(
        row_id=asked.words.lower(), table_name__in=[table for table, _kind in values.kinds()]
    )
    if found.filter(of_record).exists():
        return found.filter(of_record), None
    back = None if asked.since else (asked.until or timezone.now()) - LOOKED_BACK
    if back:
        found = found.filter(at__gte=back)
    return found.filter(models.Q(path__icontains=asked.words) | models.Q(request_id=asked.words)), back


def page(
    found: AuditQuerySet, *, user: User, before: str, since: datetime.datetime | None = None,
    branches: dict[UUID, str] | None = None,
) -> Page:  # fmt: skip
    below = whole(before, digits=LONGEST_ID)
    if below is not None:
        found = found.filter(pk__lt=below)
    listed = list(found[: PAGE + 1])
    shown = listed[:PAGE]
    told = tell(shown, user=user, branches=branches)
    return Page(told, str(shown[-1].pk) if len(listed) > PAGE else "", since)


def one(*, user: User, key: str) -> AuditRow | None:
    number = whole(key, digits=LONGEST_ID)
    return None if number is None else AuditRow.objects.visible_to(user).filter(pk=number).first()


def about(*, user: User, table: str, record: str) -> AuditQuerySet:
    """All about one record; of a customer, with what belongs to them, as far as this person may read it."""
    seen, model = AuditRow.objects.visible_to(user).order_by("-id"), values.models_by_table().get(table)
    of_it = models.Q(table_name=table, row_id=record)
    if model is None or not seen.filter(of_it).exists():
        return seen.none()
    return seen.filter(rows_about(user, model, record))


def in_file(found: AuditQuerySet, *, user: User) -> Iterator[list[Any]]:
    """A line for each row. Personal values are never in it: a file goes where nobody asks who may read them."""
    named = {branch.pk: branch.trade_name for branch in Branch.objects.all()}
    stream = found.iterator(chunk_size=AT_ONCE)
    while part := list(islice(stream, AT_ONCE)):
        fields = columns(part, user=user, personal=False)
        for told in tell(part, user=user, branches=named):
            row = told.row
            yield [
                timezone.localtime(row.at), told.who, row.get_action_display(), told.sentence,
                values.kind_of(row.table_name) if row.table_name else "", row.row_id, _changes(fields.get(row.pk, [])),
                told.branch, row.ip or "", row.path, row.agent, row.request_id, str(row.pk),
            ]  # fmt: skip


def head() -> list[str]:
    return [
        _("When"), _("Who"), _("Action"), _("What happened"), _("Kind"), _("Record"), _("Before and after"), _("Branch"),
        _("Address"), _("Path"), _("Browser"), _("Request"), _("Row"),
    ]  # fmt: skip


def _changes(fields: list[Field]) -> str:
    kept_back = _("(personal)")
    return "; ".join(
        f"{each.name}: {kept_back if each.is_kept_back else f'{each.before} → {each.after}'}"
        for each in fields
    )
