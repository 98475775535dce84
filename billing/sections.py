"""The pages of billing by whom they serve: a few groups to choose from first, then the pages of the chosen one."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from clinic.permissions import Permission
from staff.models import User


@dataclass(frozen=True)
class Part:
    """A page: its `key` is what the page calls itself, `name` that of its URL, `permission` what its view asks for."""

    key: str
    label: Any
    name: str
    permission: Permission


@dataclass(frozen=True)
class Section:
    """Pages that belong together, as far as somebody may see them; the first is where the group's link leads."""

    label: Any
    parts: tuple[Part, ...]

    @property
    def first(self) -> Part:
        return self.parts[0]


SECTIONS = (
    Section(_("Bills"), (
        Part("invoices", _("Invoices"), "invoice-list", Permission.BILLING_VIEW),
        Part("note", _("Notes"), "note-list", Permission.BILLING_VIEW),
        Part("outstanding", _("Outstanding"), "outstanding-list", Permission.BILLING_VIEW),
    )),
    Section(_("Money"), (
        Part("payment", _("Payments"), "payment-list", Permission.BILLING_VIEW),
        Part("online", _("Online"), "online-list", Permission.ONLINE_VIEW),
        Part("advances", _("Advances"), "advance-list", Permission.BILLING_VIEW),
        Part("refunds", _("Refunds"), "refund-list", Permission.BILLING_VIEW),
        Part("stored", _("Stored value"), "stored-list", Permission.BILLING_VIEW),
        Part("gift", _("Gift cards"), "gift-find", Permission.BILLING_COLLECT),
    )),
    Section(_("Day"), (
        Part("drawers", _("Drawers"), "drawer-list", Permission.BILLING_COLLECT),
        Part("day", _("The day"), "billing-day", Permission.DRAWERS_VIEW),
    )),
    Section(_("Accountant"), (
        Part("registers", _("Registers"), "register-list", Permission.BILLING_EXPORT),
        Part("sales", _("Sales"), "sales-list", Permission.MONEY_VIEW),
    )),
)  # fmt: skip


def sections_of(user: User, here: str) -> list[tuple[Section, bool]]:
    """The groups in which this person may see a page, each with only those; and whether `here` is in it."""
    found = []
    for section in SECTIONS:
        parts = tuple(part for part in section.parts if user.may(part.permission))
        if parts:
            found.append((Section(section.label, parts), here in {part.key for part in parts}))
    return found
