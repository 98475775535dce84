"""Health for machines, and the one search box."""

from itertools import islice

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_safe

from clinic import colours, registries
from clinic.forms import searched
from clinic.htmx import reply
from clinic.permissions import public, signed_in

ENOUGH = 8  # results of one kind in the list under the search box


@public("a load balancer has no login")
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@public("a load balancer has no login")
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers too. Redis isn't asked: nothing true depends on it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": "unreachable"}, status=503)
    return JsonResponse({"database": "ok"})


@signed_in
@require_GET
def brand(request: HttpRequest) -> HttpResponse:
    """The colours of the branch worked at as a style sheet; its address carries the branch's version."""
    branch = request.branch
    sheet = colours.sheet(branch.brand_colour, branch.accent_colour) if branch else ""
    response = HttpResponse(sheet, content_type="text/css")
    response["Cache-Control"] = "private, max-age=86400"
    return response


@signed_in
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    words = searched(request.GET)
    found: list[registries.Found] = []
    if len(words) >= 2:
        for provider in registries.search_providers(request.user):
            found += islice(provider.search(request.user, words), ENOUGH)
    return reply(
        request,
        "clinic/search.html",
        {"words": words, "found": found},
        fragments={"search-results": "results"},
    )
