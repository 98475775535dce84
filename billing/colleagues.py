"""What billing says still waits for somebody who works here."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from billing.models import Drawer, Invoice
from clinic.permissions import Permission
from clinic.registries import Assigned
from staff.models import User


def assigned(user: User, person: User) -> Iterator[Assigned]:
    """Their drawers that are open or wait to be verified, and their drafts, at whichever branch. 2 queries."""
    drawers = list(Drawer.objects.filter(cashier=person).exclude(status=Drawer.Status.VERIFIED))
    here = [one for one in drawers if one.branch_id == user.branch_id]
    may_look = bool(here) and user.may(Permission.DRAWERS_VIEW)
    yield Assigned(
        _("Drawers that are open or not verified"), len(drawers),
        reverse("drawer-detail", args=[here[0].pk]) if may_look else "",
    )  # fmt: skip
    drafts = Invoice.objects.drafts().filter(created_by=person).count()
    yield Assigned(
        _("Drafts of bills"), drafts, reverse("invoice-list") if user.may(Permission.BILLING_VIEW) else ""
    )
