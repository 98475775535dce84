"""What somebody owes before they go on: another password, or a second factor that one of their roles asks for."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from clinic.htmx import go
from staff.sign_in.entering import SECOND_FACTOR

Handler = Callable[[HttpRequest], HttpResponse]
#: By URL name: what settles it, and the ways out.
OPEN = {
    "sign-out",
    "set-password",
    "authenticator",
    "authenticator-begin",
    "confirm-again",
    "brand",
    "branch-logo",
}


class owed:
    """A class, named like the functions in `clinic.middleware`, because Django looks for `process_view` on an object."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OPEN or getattr(view, "public_because", "") or "_auth_user_id" not in request.session:
            return None
        person = request.user
        if not person.is_authenticated:
            return None
        if person.must_change_password:
            return go(request, "set-password")
        if person.needs_second_factor and not request.session.get(SECOND_FACTOR):
            return go(request, "authenticator")
        return None
