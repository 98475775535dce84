"""What opens by a signed link, without a login: a page with what is due, and the paper itself."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing import domain, links, paper, pay_links
from billing.models import Invoice, Paper
from billing.paper import words
from billing.views.paper import pdf
from clinic.audit import notes
from clinic.limits import Cost, costs
from clinic.models import AuditRow
from clinic.permissions import public

WHY = "a customer opens a paper by the signed link that was sent to them"


@public(WHY)
@require_safe
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Which paper it is and what is due on it; the customer's name and what was done stand on the paper alone."""
    link, document = _opened(token)
    if document is None:
        return _expired(request, link)
    context = {
        "document": document,
        "title": paper.kind_of(document).title(document),
        "token": token,
        "until": link.until,
        "due": document.due if isinstance(document, Invoice) else 0,
        "pay": _asked_online(document) if isinstance(document, Invoice) else "",
    }
    return _unseen(render(request, "billing/linked.html", context))


def _asked_online(invoice: Invoice) -> str:
    """Where the latest request to pay this bill online is paid; empty where nobody asked, or it has lapsed."""
    waiting = invoice.online_payments.filter(status__in=domain.OPEN_ONLINE, expires_at__gt=timezone.now())
    online = waiting.order_by("-pk").first() if invoice.due > 0 else None
    return pay_links.path_of(online) if online else ""


@public(WHY)
@require_safe
@costs(Cost.PAPER)
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The PDF on A4, in the customer's language."""
    link, document = _opened(token)
    if document is None:
        return _expired(request, link)
    language = words.language_for(document.customer.language)
    kept = paper.ready(document, Paper.Format.A4, language)
    notes.note(AuditRow.Action.PRINT, model=type(document), row=document.pk, view="paper-file")
    with kept.file.open("rb") as stored:
        return _unseen(pdf(stored.read(), paper.name_of(document, Paper.Format.A4, language)))


def _opened(token: str) -> tuple[links.Link, Any | None]:
    """The link, and its document unless the link has expired."""
    try:
        link = links.read(token)
    except links.Unknown:
        raise Http404 from None
    document = link.document()
    if document is None:
        raise Http404
    today = timezone.localdate(timezone=document.branch.zone)
    return (link, document if today <= link.until else None)


def _expired(request: HttpRequest, link: links.Link) -> HttpResponse:
    """Says so plainly, and whom to ask; nothing else of the paper."""
    document = link.document()
    context = {"branch": document.branch if document else None, "until": link.until}
    return _unseen(render(request, "billing/link_expired.html", context, status=410))


def _unseen(response: HttpResponse) -> HttpResponse:
    """Kept by nobody, found by no search engine."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
