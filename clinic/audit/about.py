"""Which rows of the audit are about one record."""

from typing import Any

from django.apps import apps
from django.db import models

from clinic import registries

MOST = 2000  # records of one kind that belong to a person


def rows_about(user: Any, model: Any, pk: Any) -> models.Q:
    """Of a person: their own rows, and those of the records that lead to them, as far as `user` may read and sees them.

    Of anything else its own rows. Which models belong to a person, and who may read them, apps say (`add_history`).
    """
    wanted = models.Q(table_name=model._meta.db_table, row_id=str(pk))
    privacy = getattr(model, "privacy", None)
    if privacy is None or privacy.path != "":
        return wanted
    for label in registries.history_for(user):
        other: Any = apps.get_model(label)
        rows = other._default_manager.filter(**{other.privacy.path: pk})
        rows = rows & rows.visible_to(user) if hasattr(rows, "visible_to") else rows
        keys = [str(key) for key in rows.order_by().values_list("pk", flat=True)[:MOST]]
        if keys:
            wanted |= models.Q(table_name=other._meta.db_table, row_id__in=keys)
    return wanted
