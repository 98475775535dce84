"""How somebody gets in, as an administrator sees and mends it: a link to set a password, a lock, a lost phone, open sessions."""

from collections.abc import Callable
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.admin_site import ClinicAdmin
from clinic.gateways import mail
from clinic.refusals import Refusal
from staff import domain
from staff.confirming import confirmed
from staff.models import Authenticator, SetPasswordLink, User
from staff.sign_in import guesses, own

MOST_LINKS = 20


class ConfirmedAdmin(ClinicAdmin):
    """Saving who may do what asks once more who sits here."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        inner = super().changeform_view
        return confirmed(lambda request: inner(request, object_id, form_url, extra_context))(request)


class AccessPage(ConfirmedAdmin):
    """Of PersonAdmin: the page beside the form of a person, and what can be done there."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(confirmed(self.access))
        return [path("<uuid:pk>/access/", view, name="staff_user_access"), *super().get_urls()]

    def access(self, request: HttpRequest, pk: Any) -> HttpResponse:
        person = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        link = ""
        if request.method == "POST":
            verb = VERBS.get(request.POST.get("do", ""))
            try:
                link = verb(request, person) if verb else ""
            except Refusal as refusal:
                messages.error(request, refusal.message)
            if not link:
                return redirect("admin:staff_user_access", person.pk)
        context = {
            **self.admin_site.each_context(request), **_told(person), "opts": self.opts, "person": person, "link": link,
            "title": _("How %(name)s gets in") % {"name": person.full_name}, "is_own": person.pk == request.user.pk,
        }  # fmt: skip
        response = TemplateResponse(request, "staff/admin_access.html", context)
        response["Referrer-Policy"] = "no-referrer"
        return response


def _told(person: User) -> dict[str, Any]:
    wrong = AccessAttempt.objects.filter(
        username=person.username.lower(), attempt_time__gt=timezone.now() - guesses.WITHIN
    )
    return {
        "is_locked": (wrong.aggregate(all=Sum("failures_since_start"))["all"] or 0)
        >= settings.AXES_FAILURE_LIMIT,
        "has_password": person.has_usable_password(),
        "authenticator": Authenticator.objects.filter(user=person, confirmed_at__isnull=False).first(),
        "sessions": list(own.open_sessions(person)),
        "links": SetPasswordLink.objects.filter(user=person).select_related("made_by")[:MOST_LINKS],
        "by_mail": mail.is_configured() and bool(person.email),
        "now": timezone.now(),
    }


def _why(person: User) -> str:
    reasons = SetPasswordLink.Reason
    return reasons.GIVEN if person.has_usable_password() else reasons.INVITATION


def _link(request: HttpRequest, person: User) -> str:
    return domain.make_link(by=request.user, person=person, reason=_why(person))


def _send(request: HttpRequest, person: User) -> str:
    try:
        domain.send_link(by=request.user, person=person, reason=_why(person))
    except OSError:
        messages.error(request, _("The mail server can't be reached. Make a link and hand it over."))
    else:
        messages.success(request, _("A link is on its way to %(address)s.") % {"address": person.email})
    return ""


def _unlock(request: HttpRequest, person: User) -> str:
    domain.unlock(by=request.user, person=person)
    messages.success(request, _("%(name)s can try again.") % {"name": person.full_name})
    return ""


def _end(request: HttpRequest, person: User) -> str:
    keeping = request.session.session_key if person.pk == request.user.pk else None
    domain.end_sessions(by=request.user, person=person, keeping=keeping)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": person.full_name})
    return ""


def _reset(request: HttpRequest, person: User) -> str:
    domain.reset_second_factor(by=request.user, person=person)
    messages.success(request, _("%(name)s signs in with the password alone.") % {"name": person.full_name})
    return ""


VERBS: dict[str, Callable[[HttpRequest, User], str]] = {
    "link": _link, "send": _send, "unlock": _unlock, "end": _end, "reset": _reset
}  # fmt: skip
