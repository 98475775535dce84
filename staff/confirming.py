"""`@confirmed`: what must not be done by whoever finds a desk unlocked. Who signed in or confirmed within five minutes goes
on unasked; anybody else gives the code of their authenticator app, or without one the password, again.

A form that is asked about is sent on as it was typed, HTMX or not: the question holds its fields and goes to its address.
With `reading=True` looking is asked about too, for what leaves as a file. Declare it below `@requires` and the methods, above
`@once` and `@notes`:

    @requires(Permission.BILLING_CANCEL)
    @require_http_methods(["GET", "POST"])
    @confirmed
    @once
    def cancel(...)
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clinic.htmx import go
from staff.confirm_form import PROOF, ProofForm, is_right

if TYPE_CHECKING:
    from staff.models import User

View = Callable[..., HttpResponse]
CONFIRMED = "confirmed_at"  # in the session
SECONDS = 300
SAFE = ("GET", "HEAD", "OPTIONS")
OWN_FIELDS = (PROOF, "csrfmiddlewaretoken")


def confirmed(view: View | None = None, *, reading: bool = False) -> Any:
    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in SAFE:
                if is_fresh(request) or not reading:
                    return view(request, *args, **kwargs)
                return go(
                    request, f"{reverse('confirm-again')}?{urlencode({'next': request.get_full_path()})}"
                )
            if not is_fresh(request):
                form = ProofForm(
                    request.POST if PROOF in request.POST else None, person=cast("User", request.user)
                )
                if not (form.is_valid() and is_right(request, form)):
                    return _ask(request, form)
                note(request)
            request.POST = _without_proof(request)
            return view(request, *args, **kwargs)

        guarded.__dict__["confirmed"] = "reading" if reading else "changing"  # tests find them by it
        return guarded

    return declare(view) if view else declare


def is_fresh(request: HttpRequest) -> bool:
    at = request.session.get(CONFIRMED)
    return at is not None and abs(timezone.now().timestamp() - at) < SECONDS


def note(request: HttpRequest) -> None:
    request.session[CONFIRMED] = timezone.now().timestamp()


def _ask(request: HttpRequest, form: ProofForm) -> HttpResponse:
    """The question, around the form that it is about. What was chosen as a file can't be sent on; it is chosen again."""
    typed = [
        (name, value) for name, values in request.POST.lists() for value in values if name not in OWN_FIELDS
    ]
    context = {"form": form, "typed": typed, "action": request.get_full_path()}
    if request.FILES:
        context = {"form": form, "action": reverse("confirm-again"), "typed": [("next", request.path)]}
    htmx = bool(getattr(request, "htmx", False))
    name = "staff/confirm.html#question" if htmx else "staff/confirm.html"
    response = HttpResponse(
        render_to_string(name, context | {"in_dialog": htmx}, request=request), status=422
    )
    if htmx:
        response["HX-Retarget"], response["HX-Reswap"] = "#dialog", "innerHTML"
    return response


def _without_proof(request: HttpRequest) -> Any:
    if PROOF not in request.POST:
        return request.POST
    rest = request.POST.copy()
    del rest[PROOF]
    return rest
