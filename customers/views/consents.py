"""Consents of a customer: what was signed, signing, taking back, and the paper of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import registries
from clinic.audit import notes
from clinic.client_address import client_address
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers import consent_paper, domain
from customers.document_forms import ConsentForm, WithdrawForm
from customers.models import Consent, ConsentKind, ConsentText, Customer
from customers.views.documents import person_of, uuid_asked

FALLBACK = "en-in"


@requires(Permission.FILES_VIEW)
@require_safe
@notes.reads(Customer, "customer")
def consent_list(request: HttpRequest, customer: UUID) -> HttpResponse:
    """A tab of the customer's page, and a page: all answers, the latest first, and which texts can be signed."""
    person = person_of(request, customer)
    mine = Consent.objects.visible_to(request.user).filter(customer=person)
    context = {
        "customer": person,
        "consents": mine.select_related("text", "withdrawal", "by")[:200],
        "kinds": _kinds(request),
    }
    name = "customers/consents.html#panel" if request.htmx else "customers/consents.html"
    return reply(request, name, context)


def _kinds(request: HttpRequest) -> list[tuple[str, str]]:
    there = set(ConsentText.objects.visible_to(request.user).values_list("kind", flat=True))
    return [(value, label) for value, label in ConsentKind.choices if value in there]


def _text(request: HttpRequest, person: Customer) -> tuple[ConsentText | None, list[ConsentText]]:
    """The text to be signed, in the language asked for, else the person's own; and the same in all languages."""
    kind, wanted = request.GET.get("kind", ""), request.GET.get("language", "")
    texts = list(
        ConsentText.objects.visible_to(request.user).latest().filter(kind=kind[:12].replace("\0", ""))
    )
    by_language = {text.language: text for text in texts}
    for language in (wanted, person.language, FALLBACK, *by_language):
        if language in by_language:
            return by_language[language], texts
    return None, texts


@requires(Permission.FILES_ADD)
@require_http_methods(["GET", "POST"])
@notes.reads(Customer, "customer", part=True)
@once
def record_consent(request: HttpRequest, customer: UUID) -> HttpResponse:
    """The exact text on the screen, the answer and the signature under it. `?kind=`, `?treatment=`, `?appointment=`."""
    person = person_of(request, customer)
    text, texts = _text(request, person)
    if text is None:
        return redirect("consent-list", person.pk)
    treatments = registries.choices_of("treatments", request.user)
    if request.method == "GET":
        initial = {
            "text": text.pk, "signer": person.full_name, "treatment": uuid_asked(request, "treatment"),
            "appointment": uuid_asked(request, "appointment"),
        }  # fmt: skip
        form = ConsentForm(text=text, treatments=treatments, initial=initial)
        return _signing(request, person, text, texts, form)
    form = ConsentForm(typed(request.POST), text=text, treatments=treatments)
    if not form.is_valid():
        return _signing(request, person, text, texts, form, status=422)
    try:
        consent = _recorded(request, person, text, form)
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
        return _signing(request, person, text, texts, form, status=422)
    messages.success(request, _("%(title)s is recorded.") % {"title": text.title})
    return go(request, "consent-show", consent.pk)


def _recorded(request: HttpRequest, person: Customer, text: ConsentText, form: ConsentForm) -> Consent:
    if form.cleaned_data["text"] != text.pk:
        shown = ConsentText.objects.visible_to(request.user).filter(pk=form.cleaned_data["text"]).first()
        form.data = form.data.copy()
        form.data["text"] = str(text.pk)
        if shown is None or shown.kind != text.kind:
            raise Refusal(_("That text isn't to be signed here. Read the one that is shown."), field="text")
        raise Refusal(
            _("This text has been renewed meanwhile. Read the new one and sign again."), field="text"
        )
    return domain.record_consent(
        by=request.user, customer=person, text=text, ip=client_address(request),
        user_agent=request.headers.get("User-Agent", ""), **form.given,
    )  # fmt: skip


def _signing(
    request: HttpRequest, person: Customer, text: ConsentText, texts: list[ConsentText], form: ConsentForm, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context: dict[str, Any] = {"customer": person, "text": text, "texts": texts, "form": form}
    return render(request, "customers/consent_record.html", context, status=status)


def _consent(request: HttpRequest, pk: UUID) -> Consent:
    mine = Consent.objects.visible_to(request.user).select_related("text", "customer", "by", "withdrawal")
    return get_object_or_404(mine, pk=pk)


@requires(Permission.FILES_VIEW)
@require_safe
@notes.reads(Consent)
def show_consent(request: HttpRequest, pk: UUID) -> HttpResponse:
    consent = _consent(request, pk)
    context = {"consent": consent, "customer": consent.customer, "form": WithdrawForm()}
    return render(request, "customers/consent_show.html", context)


@requires(Permission.FILES_ADD)
@require_POST
@notes.reads(Consent, part=True)
@once
def withdraw_consent(request: HttpRequest, pk: UUID) -> HttpResponse:
    consent = _consent(request, pk)
    form = WithdrawForm(typed(request.POST))
    if not form.is_valid():
        context = {"consent": consent, "customer": consent.customer, "form": form}
        return render(request, "customers/consent_show.html", context, status=422)
    domain.withdraw_consent(by=request.user, consent=consent, reason=form.cleaned_data["reason"])
    messages.success(request, _("The consent is taken back."))
    return go(request, "consent-show", consent.pk)


@requires(Permission.FILES_VIEW)
@require_safe
@notes.reads(Consent, part=True)
def signature(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The drawn signature as a picture."""
    consent = get_object_or_404(Consent.objects.visible_to(request.user), pk=pk)
    if not consent.signature:
        raise Http404
    return HttpResponse(bytes(consent.signature), content_type="image/png")


@requires(Permission.FILES_VIEW)
@require_safe
@notes.prints(Consent)
def consent_paper_(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The text as it was signed, with the signature, on A4."""
    consent = _consent(request, pk)
    name = f'inline; filename="consent-{consent.customer.reference}-{consent.at:%Y-%m-%d}.pdf"'
    return HttpResponse(
        consent_paper.draw(consent, request.branch), content_type="application/pdf", headers={"Content-Disposition": name}
    )  # fmt: skip


@requires(Permission.SETTINGS_CONFIGURE)
@require_POST
@once
def add_standard_texts(request: HttpRequest) -> HttpResponse:
    """Take over the texts that come with the product, where there are none yet."""
    made = domain.add_standard_texts(by=request.user, organisation=request.branch.organisation)
    messages.success(request, _("%(count)s texts are added. Read them and put them into your own words.") % {"count": len(made)})  # fmt: skip
    return go(request, "admin:customers_consenttext_changelist")
