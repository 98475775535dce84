"""Views of lists that people keep for themselves."""

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.refusals import Refusal
from staff.models import SavedView, User

MOST = 20


@transaction.atomic
def save_view(*, by: User, page: str, name: str, query: str) -> SavedView:
    """Keep the filters of a list (`query`, without the question mark) under a name; the same name again replaces them."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two tabs of one person wait for each other
    mine = SavedView.objects.filter(user=by, page=page)
    kept = next((view for view in mine if view.name.casefold() == name.casefold()), None)
    if kept is None and len(mine) >= MOST:
        raise Refusal(_("You keep %(count)s views of this list. Delete one first.") % {"count": MOST})
    view = kept or SavedView(user=by, page=page)
    view.name, view.query = name, query
    view.save()
    return view


@transaction.atomic
def rename_view(*, by: User, view: SavedView, name: str) -> SavedView:
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    others = SavedView.objects.filter(user=by, page=view.page, name__iexact=name).exclude(pk=view.pk)
    if others.exists():
        raise Refusal(_("You have another view called %(name)s.") % {"name": name}, field="name")
    view.name = name
    view.save(update_fields=["name"])
    return view


@transaction.atomic
def delete_view(*, by: User, view: SavedView) -> None:
    view.delete()
