"""What must be true of customers' records, for `manage.py prove`."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from customers import registry


def merged() -> Iterator[str]:
    """Nothing belongs to a record that was merged: all of it moved, and later rows follow."""
    for model, field in registry.pointers():
        left = model._base_manager.filter(**{f"{field.name}__merged_into__isnull": False})
        for row in left.select_related(field.name)[:20]:
            record = getattr(row, field.name)
            told = {"what": model._meta.verbose_name, "key": row.pk, "reference": record.reference}
            yield _("%(what)s %(key)s belongs to %(reference)s, which was merged.") % told
