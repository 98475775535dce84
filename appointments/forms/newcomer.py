"""Registering somebody while booking their first visit."""

from typing import Any

from customers import queries
from customers.forms import QuickForm
from staff.models import User


class NewcomerForm(QuickForm):
    """What a desk asks for with a queue in front; the rest is filled in on the customer's page."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.known: queries.Known | None = None

    def is_confirmed(self) -> bool:
        """Whether nobody has the phone yet, or the person has been told who has and wants it so."""
        phone = self.cleaned_data["phone"]
        known = queries.known_by_phone(user=self.user, typed=phone)
        if not known or self.cleaned_data["anyway"] == phone:
            return True
        self.known = known
        self.data = self.data.copy()
        self.data["anyway"] = phone
        return False
