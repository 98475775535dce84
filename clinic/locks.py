"""Waiting in line: for one row, and for people, rooms and devices.

Always in this order: customer, invoice or appointment, enrolment, resources, batches, number series. Whoever books
resources or changes their hours takes their locks first.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection, models
from django.utils.translation import gettext as _

from clinic.refusals import Refusal


def lock_row(model: type[models.Model], pk: UUID) -> None:
    """Hold one row until the transaction ends, without holding up those who only point to it.

    A row has gone meanwhile when a column that its model names in `gone_when` is set: that is refused.
    """
    columns = getattr(model, "gone_when", ())
    rows = model._base_manager.select_for_update(no_key=True, of=("self",))
    if any(rows.values_list("pk", *columns).get(pk=pk)[1:]):
        raise Refusal(_("This record was merged with another or erased meanwhile. Load the page again."))


def lock_resources(ids: Iterable[UUID]) -> None:
    """Hold the line of each resource until the transaction ends. Always by ascending id, so that nobody waits in a ring.

    What the lock protects must be read after it: a value read earlier may be another booking's past.
    """
    keys = [int.from_bytes(id_.bytes[8:], signed=True) for id_ in sorted(set(ids))]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])
        cursor.fetchall()
