"""What leaves a row in the audit without changing one: a patient's page looked at, a file taken out, a paper printed.

A view says so by a decorator below its permission and above `@once`. The row is written when the view has answered, by the
database's own function: the application has no right to insert into the audit.

What leaves is read by others, elsewhere or by an import: files and papers are in the language of the house.
"""

import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import connection, models
from django.http import HttpRequest, HttpResponse

from clinic import audit, limits
from clinic.limits import Cost
from clinic.models import AuditRow
from clinic.plain import plainly

View = Callable[..., HttpResponse]
Action = AuditRow.Action
SENT = (200,)
SHOWN = (200, 409, 422)  # a form that is refused comes back within the page it stands on
ONE_LOOK = timedelta(minutes=1)  # a page and its parts, asked for again within this time by the same person
NOTE = "SELECT clinic_audit_note(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


def note(
    action: AuditRow.Action, *, model: type[models.Model] | None = None, row: Any = "", by: Any = None,
    path: str | None = None, unless_within: timedelta | None = None, is_part: bool = False, **told: Any,
) -> None:  # fmt: skip
    """One row, in one statement. `told` holds plain values, never personal ones; `by` and `path` stand in for the request's."""
    now = audit.now()
    who, ip, agent, here, request, branch = now.values
    values: list[Any] = [
        action, model._meta.db_table if model else "", str(row), json.dumps(told), by or who or None, ip or None, agent,
        here if path is None else path, request, branch or None, unless_within, is_part,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(NOTE, values)


def reads(model: type[models.Model], key: str = "pk", *, part: bool = False) -> Callable[[View], View]:
    """Whoever opens this page of a record has looked at it. `part`: shown within other pages of the same record,
    whose row is enough; opened by itself it has its own."""

    def left(request: HttpRequest, response: HttpResponse, kwargs: dict[str, Any]) -> None:
        read(request, model, kwargs[key], part=part)

    return _leaves(left, SHOWN, costs=Cost.RECORD)


def read(request: HttpRequest, model: type[models.Model], row: Any, *, part: bool = False) -> None:
    """For a view that finds out by itself what it shows."""
    note(Action.READ, model=model, row=row, unless_within=ONE_LOOK, is_part=part, view=_name_of(request))


def prints(model: type[models.Model] | None = None, key: str = "pk") -> Callable[[View], View]:
    """The view draws a paper of this record."""

    def left(request: HttpRequest, response: HttpResponse, kwargs: dict[str, Any]) -> None:
        note(Action.PRINT, model=model, row=kwargs.get(key, ""), view=_name_of(request))

    return _leaves(left, costs=Cost.PAPER)


def exports(model: type[models.Model] | None = None, key: str = "pk") -> Callable[[View], View]:
    """The view sends data out as a file; how many rows is known where `clinic.spreadsheets` wrote them."""

    def left(request: HttpRequest, response: HttpResponse, kwargs: dict[str, Any]) -> None:
        counted = getattr(response, "row_count", None)
        told = {"view": _name_of(request)} | ({} if counted is None else {"rows": counted})
        note(Action.EXPORT, model=model, row=kwargs.get(key, ""), **told)

    def declare(view: View) -> View:
        noted = _leaves(left)(view)
        noted.__dict__["exports"] = True  # travels with the view: tests find them by it
        return noted

    return declare


def _leaves(
    left: Callable[[HttpRequest, HttpResponse, dict[str, Any]], None],
    statuses: tuple[int, ...] = SENT,
    costs: Cost = Cost.FILE,
) -> Callable[[View], View]:
    def declare(view: View) -> View:
        @wraps(view)
        def noted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with plainly() if costs in (Cost.FILE, Cost.PAPER) else nullcontext():
                response = view(request, *args, **kwargs)
            if response.status_code in statuses:
                left(request, response, kwargs)
            return response

        return limits.costs(costs)(noted)

    return declare


def denied(request: HttpRequest, status: int) -> None:
    """Somebody who is signed in was refused a page, or didn't find there what they asked for.

    Told by the address's pattern and name and by the ids in it, not by the address: parts of it may be anybody's words.
    """
    match = request.resolver_match
    if match is None:
        return
    ids = {name: str(value) for name, value in match.kwargs.items() if not isinstance(value, str)}
    told: dict[str, Any] = {
        "view": match.view_name or "",
        "status": status,
        "method": request.method,
        "ids": ids,
    }
    note(Action.DENIED, path=f"/{match.route}", **told)


def _name_of(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""
