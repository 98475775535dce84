"""Who changed what of a person's data, read from the audit. Values that erasure has removed say so."""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from clinic.audit import values
from clinic.audit.about import rows_about
from clinic.audit.names import names_of
from clinic.audit.telling import Field, columns
from clinic.models import AuditRow
from customers.models import Customer
from staff.models import User

PAGE = 30


@dataclass(frozen=True)
class Change:
    at: datetime.datetime
    who: str
    what: str
    action: str
    fields: list[Field]


@dataclass(frozen=True)
class Page:
    changes: list[Change]
    before: str


def read(*, user: User, customer_id: UUID, below: int | None = None) -> Page:
    """The latest changes of this person's rows that `user` may read, below an id of the audit."""
    rows = AuditRow.objects.filter(rows_about(user, Customer, customer_id)).changes()
    if below:
        rows = rows.filter(pk__lt=below)
    found = list(rows.order_by("-id")[: PAGE + 1])
    shown = found[:PAGE]
    return Page(_told(shown, user), str(shown[-1].pk) if len(found) > PAGE else "")


def _told(rows: list[AuditRow], user: User) -> list[Change]:
    """Each row was asked for with the right that its personal values take."""
    fields = columns(rows, user=user, personal=True)
    people = get_user_model()
    names = names_of(user, {people: {str(row.by_id) for row in rows if row.by_id}})
    return [
        Change(
            row.at, names.get((people, str(row.by_id))) or _("the system"), values.kind_of(row.table_name),
            row.get_action_display(), fields[row.pk],
        )
        for row in rows
    ]  # fmt: skip
