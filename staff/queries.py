"""Reads on people and on the state of the whole set-up."""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from clinic.models import Branch, Holiday, Organisation
from staff.models import User


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
