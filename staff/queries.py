"""Reads on people, on the views they keep, and on the state of the whole set-up."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _

from clinic.models import AuditRow, Branch, Holiday, Organisation
from staff.models import SavedView, User

NOT_KEPT = ("q", "page", "csrfmiddlewaretoken")  # words may name a person; a page number is soon another one


@dataclass(frozen=True)
class Views:
    """What `components/saved_views.html` draws: the kept views of a list, and how the list is seen now."""

    page: str
    query: str
    kept: list[SavedView]
    current: SavedView | None


def saved_views(*, user: User, page: str, asked: QueryDict) -> Views:
    """The person's views of the list whose URL name is `page`; `asked` is what the list was asked for (`request.GET`)."""
    query = kept_part(asked)
    kept = list(SavedView.objects.filter(user=user, page=page).order_by("name"))
    return Views(page, query, kept, next((view for view in kept if view.query == query), None))


def kept_part(asked: QueryDict) -> str:
    """The filters and the order, always written in the same way; "" when the list is seen as it comes."""
    pairs = [(key, value) for key, values in asked.lists() for value in values]
    return urlencode(sorted((key, value) for key, value in pairs if value and key not in NOT_KEPT))


def is_empty() -> bool:
    """Whether nobody can sign in yet: the first run has not been done."""
    return not User.objects.exists()


def is_demo() -> bool:
    return Organisation.objects.filter(is_demo=True).exists()


def branch_now(user: User) -> Branch:
    """The branch worked at as it is saved now: an instance of its own, so that what is typed never reaches the page's."""
    if user.branch is None:
        raise PermissionDenied
    return Branch.objects.select_related("organisation", "registration").get(pk=user.branch.pk)


def version_of(branch: Branch) -> int:
    return Branch.objects.values_list("version", flat=True).get(pk=branch.pk)


def holidays_from(branch: Branch, day: datetime.date) -> list[Holiday]:
    return list(Holiday.objects.filter(branch=branch, day__gte=day))


def is_so(branch: Branch, wanted: dict[str, Any]) -> bool:
    """Whether these columns are saved as wanted already."""
    saved = Branch.objects.get(pk=branch.pk)
    return all(getattr(saved, name) == value for name, value in wanted.items())


@dataclass(frozen=True)
class Writing:
    """Who wrote a row last, and when."""

    who: str
    at: datetime.datetime


def who_wrote(rows: Sequence[models.Model]) -> dict[Any, Writing]:
    """By the keys of rows of one table, read from the audit. Two queries."""
    if not rows:
        return {}
    keys = {str(row.pk): row.pk for row in rows}
    told = AuditRow.objects.changes().filter(table_name=rows[0]._meta.db_table, row_id__in=list(keys))
    last = {row.row_id: row for row in told.order_by("id")}
    names = dict(
        User.objects.filter(pk__in={row.by_id for row in last.values()}).values_list("pk", "full_name")
    )
    return {keys[key]: Writing(names.get(row.by_id, _("the system")), row.at) for key, row in last.items()}
