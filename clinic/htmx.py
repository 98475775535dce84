"""One helper that answers page or fragment, and says so to caches."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event


def reply(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    fragments: dict[str, str] | None = None,
    status: int = 200,
    announce: str | None = None,
) -> HttpResponse:
    """The page, or the fragment that belongs to the target HTMX asks for.

    `fragments` maps the id of a target to the name of a partial in the template; the server chooses, never a parameter.
    `announce` names an event that other regions of the page refresh on.
    """
    name = (fragments or {}).get(request.htmx.target or "") if request.htmx else None
    response = render(request, f"{template}#{name}" if name else template, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return trigger_client_event(response, announce) if announce else response


def go(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect, in the way the asker understands."""
    response = redirect(to, *args, **kwargs)
    return HttpResponseClientRedirect(response.url) if request.htmx else response
