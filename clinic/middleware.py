"""What happens around every request: its line in the log, the branch worked at, the audit's context, refusals, private pages."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars, get_contextvars

from clinic.audit import Context, acting, notes
from clinic.client_address import client_address
from clinic.refusals import Refusal

Handler = Callable[[HttpRequest], HttpResponse]


def plain_http(get_response: Handler) -> Handler:
    """Behind TLS a browser that looks is led on from http (`SECURE_SSL_REDIRECT`); whoever sends something, a gateway for
    one, is refused: led on without a word it would go on sending secrets in the clear, and nobody would notice."""

    def middleware(request: HttpRequest) -> HttpResponse:
        looks = request.method in ("GET", "HEAD") and "HX-Request" not in request.headers
        if settings.SECURE_SSL_REDIRECT and not looks and not request.is_secure():
            return HttpResponseForbidden("Over https only.\n", content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware


class requests(RequestMiddleware):
    """The log of requests, told by method and path: what is searched for stands in the query, and names people."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


def branch(get_response: Handler) -> Handler:
    """Put the person at the branch of their session, the clock in its zone, and pages in the person's own language.

    Who has chosen none, and who isn't signed in, reads what Django's LocaleMiddleware found.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.branch = None
        language = translation.get_language()
        if "_auth_user_id" in request.session and request.user.is_authenticated:
            request.branch = request.user.work_at(request.session.get("branch"))
            language = request.user.language or language
        zone = request.branch.zone if request.branch else timezone.get_default_timezone()
        with timezone.override(zone), translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def audit_context(get_response: Handler) -> Handler:
    """Tell the audit trigger who is writing, from where. Costs a query only when something is written."""

    def middleware(request: HttpRequest) -> HttpResponse:
        address = client_address(request)
        bind_contextvars(ip=address)
        context = Context(
            by=str(request.user.pk or "") if request.session.get("_auth_user_id") else "",
            ip=address,
            agent=request.headers.get("User-Agent", "")[:200],
            path=request.path,
            request=get_contextvars().get("request_id", ""),
            branch=str(request.branch.pk) if request.branch else "",
        )
        with acting(context, connection):
            return get_response(request)

    return middleware


def denials(get_response: Handler) -> Handler:
    """Keep in the audit that somebody was refused. Strangers are only sent to sign in; their guesses fill no table."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code in (403, 404) and "_auth_user_id" in request.session:
            notes.denied(request, response.status_code)
        return response

    return middleware


class refusals:
    """Turn a verb's refusal that no form has taken into a sentence and a 409.

    A class, named like the functions beside it, because Django looks for `process_exception` on an object.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if request.htmx:
            messages.error(request, exception.message)
            response = render(request, "components/messages.html", status=409)
            response["HX-Retarget"] = "#messages"
            response["HX-Reswap"] = "outerHTML"
            return response
        back = request.headers.get("Referer", "/")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
            back = "/"
        return render(request, "refused.html", {"refusal": exception, "back": back}, status=409)


def private_pages(get_response: Handler) -> Handler:
    """Pages of signed-in people are never kept by a browser or a proxy; what it kept all the same goes with the session."""

    def middleware(request: HttpRequest) -> HttpResponse:
        before = request.session.get("_auth_user_id")
        response: Any = get_response(request)
        if before and request.session.get("_auth_user_id") != before:
            response["Clear-Site-Data"] = '"cache"'  # not the storage: it holds the chosen theme alone
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response

    return middleware
