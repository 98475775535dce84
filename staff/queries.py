"""Reads on people and on the state of the whole set-up."""

from clinic.models import Organisation
from staff.models import User


def is_empty() -> bool:
    """Whether nobody can sign in yet: the first run has not been done."""
    return not User.objects.exists()


def is_demo() -> bool:
    return Organisation.objects.filter(is_demo=True).exists()
