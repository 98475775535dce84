"""Messages to send, and the alerts of the day."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from appointments.models import Appointment, FollowUp, Offer
from clinic.forms import searched
from clinic.htmx import go, reply
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers.models import Customer
from notifications import domain, leaving
from notifications.models import Alert, Message
from packages.models import Enrolment, Session

A_PAGE = 50
MOST, IN_PANEL = 200, 6  # alerts
IN_BAR = "bar-alert-list"  # where the bell wants its count


@requires(Permission.MESSAGES_SEND)
@require_GET
def message_list(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    show = show if show in ("sent", "leaving") else "waiting"
    words = searched(request.GET)
    kind = request.GET.get("kind", "")
    kind = kind if kind in Message.Kind.values else ""
    found = _matching(request, show, words)
    counts = dict(found.order_by().values_list("kind").annotate(Count("pk")))
    listed = found.filter(kind=kind) if kind else found
    paginator = Paginator(listed.select_related("customer", "branch", "sent_by"), A_PAGE)
    paginator.count = counts.get(kind, 0) if kind else sum(counts.values())
    context = {
        "show": show,
        "kind": kind,
        "words": words,
        "page": paginator.get_page(request.GET.get("page")),
        "kinds": [(key, title, counts.get(key, 0)) for key, title in Message.Kind.choices],
        "total": sum(counts.values()),
    }
    return reply(request, "notifications/messages.html", context, fragments={"messages-to-send": "list"})


def _matching(request: HttpRequest, show: str, words: str) -> QuerySet[Message]:
    found = Message.objects.visible_to(request.user)
    if show == "sent":
        found = found.filter(status=Message.Status.SENT).order_by("-sent_at", "-id")
    elif show == "leaving":
        found = found.filter(status__in=[Message.Status.SENDING, Message.Status.FAILED]).order_by(
            "status", "-id"
        )
    else:
        found = found.to_send(timezone.localdate()).order_by("kind", "send_until", "id")
    if words:
        found = found.filter(customer__in=Customer.objects.visible_to(request.user).matching(words))
    return found


@requires(Permission.MESSAGES_SEND)
@require_GET
def of_visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The messages about one visit and its package session: a panel of the visit's page, and a page of its own."""
    visit = get_object_or_404(Appointment.objects.visible_to(request.user).select_related("customer"), pk=pk)
    found = Message.objects.visible_to(request.user).about(visit).exclude(status=Message.Status.WITHDRAWN)
    context = {"visit": visit, "found": found.select_related("customer", "branch", "sent_by").order_by("-id")}
    fragments = {"appointment-messages": "panel"}
    return reply(request, "notifications/of_visit.html", context, fragments=fragments)


@requires(Permission.MESSAGES_SEND)
@require_POST
def of_follow_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that somebody was asked to come back, and on to the chat with the text filled in."""
    visit = "appointment__"
    rows = FollowUp.objects.visible_to(request.user).open().select_related(
        f"{visit}branch", f"{visit}customer", f"{visit}treatment", f"{visit}practitioner__resource"
    )  # fmt: skip
    return _on_to(request, domain.tell_of_follow_up(follow_up=get_object_or_404(rows, pk=pk)))


@requires(Permission.MESSAGES_SEND)
@require_POST
def of_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that somebody was told of a completed session, and on to the chat with the text filled in."""
    mine = Enrolment.objects.visible_to(request.user).select_related("branch", "customer")
    enrolment = get_object_or_404(mine, sessions=pk, sessions__status=Session.Status.COMPLETED)
    session = enrolment.sessions.get(pk=pk)
    session.enrolment = enrolment
    message = domain.tell_of_session(session=session)
    if message is None:
        raise Refusal(_("This branch sends no messages. Switch a channel on in the settings first."))
    return _on_to(request, message)


@requires(Permission.MESSAGES_SEND)
@require_POST
def of_offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that somebody was told of a time kept for them, and on to the chat with the text filled in."""
    rows = Offer.objects.visible_to(request.user).filter(status=Offer.Status.HELD)
    rows = rows.select_related("branch", "customer", "treatment", "practitioner__resource")
    return _on_to(request, domain.tell_of_offer(offer=get_object_or_404(rows, pk=pk)))


def _on_to(request: HttpRequest, message: Message) -> HttpResponse:
    """Mark as sent by the channel asked for, else by the first the branch has on; its program opens with the text.

    What a server of ours sends is on its way instead.
    """
    asked = request.POST.get("channel", "")
    channel = (
        asked if asked in Message.Channel.values else next(iter(message.channels), Message.Channel.WHATSAPP)
    )
    if message.leaves_by_itself.get(channel):
        leaving.start(by=request.user, message=message, channel=channel)
        messages.success(request, _("The message is on its way."))
        return go(request, "message-list")
    message = domain.mark_sent(by=request.user, message=message, channel=channel)
    return HttpResponse(status=303, headers={"Location": message.url(channel)})


@requires(Permission.MESSAGES_SEND)
@require_POST
def sent(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mark as sent, and on to the chat with its text filled in; the form opens it in a tab of its own."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    return _on_to(request, message)


@requires(Permission.MESSAGES_SEND)
@require_POST
def not_sent(request: HttpRequest, pk: UUID) -> HttpResponse:
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    domain.mark_not_sent(by=request.user, message=message)
    messages.success(request, _("The message is among those to send again."))
    return go(request, "message-list")


@requires(Permission.DASHBOARD_VIEW)
@require_GET
def alert_list(request: HttpRequest) -> HttpResponse:
    return _alerts(request)


@requires(Permission.DASHBOARD_VIEW)
@require_POST
def seen(request: HttpRequest, pk: UUID) -> HttpResponse:
    alert = get_object_or_404(Alert.objects.visible_to(request.user), pk=pk)
    domain.mark_seen(by=request.user, alert=alert)
    return _alerts(request, announce="alert-list-counted") if request.htmx else go(request, "alert-list")


def _alerts(request: HttpRequest, announce: str | None = None) -> HttpResponse:
    """Today's that nobody has seen, the newest first; the panel shows the first few and where the others are."""
    unseen = Alert.objects.visible_to(request.user).unseen(timezone.localdate())
    if request.htmx.target == IN_BAR:
        return reply(
            request, "notifications/alerts.html", {"count": unseen.count()}, fragments={IN_BAR: "count"}
        )
    alerts = list(unseen.select_related("customer", "person").order_by("-id")[:MOST])
    shown = alerts[:IN_PANEL] if request.htmx else alerts
    return reply(
        request,
        "notifications/alerts.html",
        {"alerts": shown, "count": len(alerts), "more": len(alerts) > len(shown)},
        fragments={"alert-list": "panel"},
        announce=announce,
    )
