"""The first run in the browser: what every step has in common. The steps are pages of the apps (`registries.add_setup`)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clinic import registries
from clinic.idempotency import once
from clinic.permissions import Permission, requires

View = Callable[..., HttpResponse]


def setup_page(view: View) -> View:
    """Declare a step: for administrators, as long as the set-up isn't finished; afterwards it leads to the settings."""

    @wraps(view)
    def step(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.branch or not request.user.branch.organisation.setup_step:
            return redirect("settings")
        return view(request, *args, **kwargs)

    return requires(Permission.SETTINGS_CONFIGURE)(require_http_methods(["GET", "POST"])(once(step)))


def draw(request: Any, template: str, name: str, context: dict[str, Any]) -> HttpResponse:
    """The page of the step `name`; 422 where one of its forms was sent and is wrong."""
    steps = registries.setup_steps()
    reached = request.user.branch.organisation.setup_step
    order = {step.name: step.order for step in steps}
    shown = [
        {"step": step, "done": step.order < order.get(reached, 0), "here": step.name == name}
        for step in steps
    ]
    forms = [each for each in [context.get("form"), *context.get("forms", [])] if each is not None]
    wrong = any(form.is_bound and form.errors for form in forms)
    return render(request, template, {"steps": shown, **context}, status=422 if wrong else 200)
