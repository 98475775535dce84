"""Where files, photographs, consents and cards stand on the customer's page, and what they tell of a person."""

import datetime
from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import registries
from clinic.permissions import Permission
from clinic.registries import Moment
from customers import file_proofs
from customers.models import Consent, IdCard
from staff.models import User


def register() -> None:
    for order, title, name, permission, tab in (
        (60, gettext_lazy("Photographs"), "photo-list", Permission.FILES_VIEW, "photos"),
        (61, gettext_lazy("Files"), "document-list", Permission.FILES_VIEW, "files"),
        (62, gettext_lazy("Consents"), "consent-list", Permission.FILES_VIEW, "consents"),
        (63, gettext_lazy("ID card"), "card-list", Permission.CUSTOMERS_VIEW, ""),
    ):
        registries.add_panel(registries.Panel("customer", order, title, name, permission, tab=tab))
    for name, title, permission, read in (
        ("consents", gettext_lazy("Consents"), Permission.FILES_VIEW, of_consents),
        ("cards", gettext_lazy("ID card"), Permission.CUSTOMERS_VIEW, of_cards),
    ):
        registries.add_timeline(name, registries.TimelineProvider(title, permission, read))
    registries.add_proof("faces beside names", file_proofs.faces)
    registries.add_proof("files of customers", file_proofs.stored)
    for label in ("customers.Consent", "customers.ConsentWithdrawal"):
        registries.add_history(label, Permission.FILES_VIEW)
    registries.add_history("customers.IdCard", Permission.CUSTOMERS_VIEW)


def of_consents(user: User, customer_id: UUID, before: datetime.datetime, limit: int) -> Iterator[Moment]:
    mine = Consent.objects.visible_to(user).filter(customer=customer_id)
    for row in mine.filter(at__lt=before).select_related("text", "by").order_by("-at")[:limit]:
        answer = _("accepted") if row.is_accepted else _("declined")
        yield Moment(
            row.at, "signature", f"{row.text.title}: {answer}", row.about, reverse("consent-show", args=[row.pk]), str(row.by)
        )  # fmt: skip
    back = mine.filter(withdrawal__at__lt=before).select_related("text", "withdrawal__by")
    for row in back.order_by("-withdrawal__at")[:limit]:
        yield Moment(
            row.withdrawal.at, "undo-2", _("%(title)s: taken back") % {"title": row.text.title}, row.withdrawal.reason,
            reverse("consent-show", args=[row.pk]), str(row.withdrawal.by),
        )  # fmt: skip


def of_cards(user: User, customer_id: UUID, before: datetime.datetime, limit: int) -> Iterator[Moment]:
    mine = IdCard.objects.visible_to(user).filter(customer=customer_id, issued_at__lt=before)
    for row in mine.defer("portrait", "snapshot").select_related("issued_by").order_by("-issued_at")[:limit]:
        told = _("ID card %(edition)s issued") % {"edition": row.edition}
        yield Moment(row.issued_at, "id-card", told, row.revoked_because, by=str(row.issued_by))
