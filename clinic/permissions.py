"""Who may do what: one list of permissions, one decorator, checked against the roles a person holds.

A permission is `module.action`. Which roles hold it are rows (`staff.Grant`); this is only the vocabulary.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect


class Permission(models.TextChoices):
    DASHBOARD_VIEW = "dashboard.view", _("See the dashboard")
    MONEY_VIEW = "money.view", _("See takings and what is owed")
    CUSTOMERS_VIEW = "customers.view", _("See customers")
    CUSTOMERS_CREATE = "customers.create", _("Register customers")
    CUSTOMERS_CHANGE = "customers.change", _("Change customers")
    CUSTOMERS_EXPORT = "customers.export", _("Take the list of customers out as a file")
    CUSTOMERS_IDENTITY = "customers.identity", _("See national id numbers")
    CUSTOMERS_MERGE = "customers.merge", _("Merge two records of one person")
    CUSTOMERS_ERASE = "customers.erase", _("Hand out and erase a person's data")
    FILES_VIEW = "files.view", _("See customers' files and photographs")
    FILES_ADD = "files.add", _("Add files, photographs and consents")
    APPOINTMENTS_VIEW = "appointments.view", _("See appointments")
    APPOINTMENTS_CREATE = "appointments.create", _("Book appointments")
    APPOINTMENTS_CHANGE = "appointments.change", _("Confirm, check in, move and cancel appointments")
    APPOINTMENTS_PRIORITISE = "appointments.prioritise", _("Book priority and emergency visits")
    VISITS_COMPLETE = "visits.complete", _("Start and complete visits")
    NOTES_VIEW = "notes.view", _("Read consultation notes")
    QUEUE_MANAGE = "queue.manage", _("Call people from the queue")
    CHARGES_WAIVE = "charges.waive", _("Waive deposits and fees for missed visits")
    AVAILABILITY_MANAGE = "availability.manage", _("Mark practitioners as available or off")
    AVAILABILITY_OVERRIDE = "availability.override", _("Change availability after the evening lock")
    PACKAGES_VIEW = "packages.view", _("See packages")
    PACKAGES_ENROL = "packages.enrol", _("Enrol customers in packages")
    PACKAGES_CHANGE = "packages.change", _("Freeze, extend, transfer and exchange packages")
    PACKAGES_RETURN = "packages.return", _("Take packages back and see what is owed in sessions")
    SESSIONS_UNDO = "sessions.undo", _("Take back a completed session")
    INVENTORY_VIEW = "inventory.view", _("See stock")
    INVENTORY_CHANGE = "inventory.change", _("Take stock in, adjust, count and transfer it")
    INVENTORY_APPROVE = "inventory.approve", _("Approve adjustments and counts")
    INVENTORY_EXPORT = "inventory.export", _("Take stock lists and values out as a file")
    PURCHASING_VIEW = "purchasing.view", _("See purchase orders and what they cost")
    PURCHASING_ORDER = "purchasing.order", _("Write purchase orders")
    PURCHASING_APPROVE = "purchasing.approve", _("Approve purchase orders")
    PURCHASING_RECEIVE = "purchasing.receive", _("Receive goods and send them back")
    IMPORTS_RUN = "imports.run", _("Import files")
    BILLING_VIEW = "billing.view", _("See invoices")
    BILLING_CREATE = "billing.create", _("Draft and issue invoices")
    BILLING_COLLECT = "billing.collect", _("Take payments")
    BILLING_PRINT = "billing.print", _("Print invoices")
    BILLING_CANCEL = "billing.cancel", _("Cancel invoices")
    BILLING_CREDIT = "billing.credit", _("Write credit and debit notes")
    BILLING_EXEMPT = "billing.exempt", _("Bill a line as exempt, with a reason")
    BILLING_REFUND = "billing.refund", _("Ask for refunds and pay them out")
    BILLING_APPROVE = "billing.approve", _("Approve refunds and discounts above the cap")
    BILLING_EXPORT = "billing.export", _("Take registers of invoices and money out as a file")
    BILLING_LOCK = "billing.lock", _("Close the books of a period")
    ONLINE_VIEW = "online.view", _("See online payments")
    DRAWERS_VIEW = "drawers.view", _("See the drawers of others")
    DRAWERS_VERIFY = "drawers.verify", _("Verify the drawers of others")
    MESSAGES_SEND = "messages.send", _("Send messages")
    AUDIT_VIEW = "audit.view", _("See who did what")
    AUDIT_EXPORT = "audit.export", _("Take the audit out as a file")
    STAFF_VIEW = "staff.view", _("See the people who work here")
    STAFF_CREATE = "staff.create", _("Take people on")
    STAFF_CHANGE = "staff.change", _("Change people's records and postings")
    STAFF_PRINT = "staff.print", _("Issue and print staff cards")
    LEAVE_APPROVE = "leave.approve", _("See and decide what leave is asked for")
    STAFF_CONFIGURE = "staff.configure", _("Administer people and roles")
    SETTINGS_CONFIGURE = "settings.configure", _("Administer prices, taxes and settings")


def choices() -> list[tuple[str, Any]]:
    """All of them, for a column: named by its function, so that a new permission is no change of the table."""
    return Permission.choices


class Actor(Protocol):
    """What the kernel expects of whoever acts (`staff.User`)."""

    pk: Any
    is_authenticated: bool
    branch: Any

    def may(self, permission: str) -> bool: ...


View = Callable[..., HttpResponse]
SIGNED_IN = "signed in"  # in place of a permission: a view that shows only what is one's own


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare, once per view, what a person must hold at the branch they work at."""

    def declare(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return ask_to_sign_in(request)
            if not request.user.may(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return _declared(checked, permission)

    return declare


def public(reason: str) -> Callable[[View], View]:
    """Declare that a view is open to everybody, and why."""

    def declare(view: View) -> View:
        return _declared(view, None, public_because=reason)

    return declare


def signed_in(view: View) -> View:
    """Declare that anybody who is signed in may use a view: it shows only what is theirs."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        return view(request, *args, **kwargs)

    return _declared(checked, SIGNED_IN)


def _declared(view: View, permission: str | None, public_because: str = "") -> View:
    """The declaration travels with the view: the walk over all URLs reads it there."""
    view.__dict__.update(permission=permission, public_because=public_because)
    return view


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page; a fragment request sends the whole page there, not the form into the fragment."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(reverse("sign-in"))
    back = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"{reverse('sign-in')}?{urlencode({'next': back})}")
