"""The messages about one paper: what was sent, and the ways it can go now. A panel of the paper's page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from billing import links, printed
from billing.models import Invoice
from clinic.gateways import mail, sms
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from notifications import leaving, papers
from notifications.models import Message, channels_of

Channel = Message.Channel


@requires(Permission.MESSAGES_SEND)
@require_GET
def of_paper(request: HttpRequest, paper: str, pk: UUID) -> HttpResponse:
    document = _document(request, paper, pk)
    found = Message.objects.visible_to(request.user).filter(document=paper, document_id=pk)
    context = {
        "document": document,
        "title": printed.title(document),
        "paper": paper,
        "ways": _ways(document),
        "no_mail_server": Channel.EMAIL in channels_of(document.branch) and not mail.is_configured(),
        "is_unpaid": isinstance(document, Invoice) and document.is_issued and document.due > 0,
        "link": links.url(document) if not getattr(document, "is_cancelled", False) else "",
        "until": links.last_day(document),
        "found": found.exclude(status__in=["withdrawn", "waiting"])
        .select_related("sent_by")
        .order_by("-id")[:6],
        "leaving": found.filter(status="sending").exists(),
    }
    return reply(request, "notifications/of_paper.html", context, fragments={"billpaper-messages": "panel"})


def _ways(document: Any) -> list[tuple[str, str]]:
    """Channel and what its button says; one that can't reach this customer isn't offered."""
    found = []
    for channel in channels_of(document.branch):
        if channel == Channel.EMAIL and not document.customer.email:
            continue
        said = str(channel.label)
        if channel == Channel.EMAIL and mail.is_configured():
            said = _("E-mail with the PDF")
        if channel == Channel.SMS and not sms.is_configured():
            said = _("SMS from this device")
        found.append((channel.value, said))
    return found


@requires(Permission.MESSAGES_SEND)
@require_POST
def send(request: HttpRequest, paper: str, pk: UUID) -> HttpResponse:
    """On to the chat with the text filled in, or on its way through our server and back to the page."""
    document = _document(request, paper, pk)
    channel = request.POST.get("channel", "")
    if channel not in channels_of(document.branch):
        channel = next(iter(channels_of(document.branch)), Channel.WHATSAPP)
    message = papers.send(
        by=request.user, document=document, channel=channel, remind=bool(request.POST.get("remind"))
    )
    if not message.leaves_by_itself.get(channel):
        return HttpResponse(status=303, headers={"Location": message.url(channel)})
    messages.success(request, _("The message is on its way."))
    return _back(request, document)


@requires(Permission.MESSAGES_SEND)
@require_POST
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Once more through the server, for one that failed."""
    row = get_object_or_404(Message.objects.visible_to(request.user), pk=pk, status=Message.Status.FAILED)
    leaving.start(by=request.user, message=row, channel=row.channel)
    messages.success(request, _("The message is on its way."))
    return redirect("message-list")


def _document(request: HttpRequest, paper: str, pk: UUID) -> Any:
    document = (
        printed.find(paper, pk, user=request.user) if request.user.may(Permission.BILLING_VIEW) else None
    )
    if document is None:
        raise Http404
    return document


def _back(request: HttpRequest, document: Any) -> HttpResponse:
    """To the page it was sent from."""
    back = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return redirect(back)
    return redirect("billpaper-messages", printed.name_of(document), document.pk)
