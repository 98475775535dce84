"""What most tables share: a UUIDv7 key, a version against stale edits, and being switched off instead of deleted.

Class attributes speak to `clinic.database`, which sets grants and triggers after each migration:

- `append_only = True`: rows can be added and read, never changed.
- `kept_by_trigger = True`: rows can only be read; a trigger with its owner's rights writes them.
- `deletable = True`: the application may delete rows (otherwise it has no right to).
- `privacy = Privacy(...)`: which columns are personal, and by which path they belong to a customer.
"""

from functools import cache
from typing import Any, Self

from django.db import models
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _
from uuid_utils import compat

from clinic.privacy import Privacy


@cache
def _words_of(field: models.Field) -> dict[Any, Any]:
    """Its choices; the words stay lazy, so that each reader gets them in their language."""
    return dict(field.flatchoices)


class Row(models.Model):
    """A table whose keys sort by time of creation (UUIDv7, made here because the server may be older than 18)."""

    id = models.UUIDField(primary_key=True, default=compat.uuid7, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)

    append_only = False
    kept_by_trigger = False
    deletable = False
    privacy: Privacy | None = None

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: models.Field) -> str:
        """As Django's, which translates and hashes every choice for each row that is shown."""
        value = getattr(self, field.attname)
        return force_str(_words_of(field).get(value, value), strings_only=True)


class Editable(Row):
    """A row that two people may have open: the version is checked by `clinic.versions.save`."""

    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True, editable=False)

    class Meta:
        abstract = True


class OfOrganisation(models.QuerySet):
    """Rows of the whole organisation that are switched off instead of deleted: its catalogue."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(organisation_id=user.branch.organisation_id if user.branch else None)

    def active(self) -> Self:
        return self.filter(is_active=True)


class Deactivatable(models.Model):
    """Kept for history, hidden from search and choice lists once switched off."""

    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        abstract = True
