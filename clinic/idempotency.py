"""A double click must not bill twice: the first answer to a form's key is the only one."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from clinic.models import IdempotencyKey
from clinic.refusals import Refusal

View = Callable[..., HttpResponse]
UNHASHED = {"csrfmiddlewaretoken", "idempotency_key"}


def once(view: View) -> View:
    """Decorate a view that creates something: its POST runs in one transaction together with its key.

    A success is remembered and answered again with the same redirect; a 4xx rolls all back, key included, so that
    the corrected form may use it; the same key with another body is refused (409).
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        key = _key(request)
        try:
            with transaction.atomic():
                row = _first(request, key)
                response = view(request, *args, **kwargs)
                if response.status_code >= 400:
                    raise _Undo(response)
                row.status, row.location = response.status_code, _location(response)
                row.save(update_fields=["status", "location"])
                return response
        except _Undo as undo:
            return undo.response
        except _Repeat:
            return _again(request, key)

    guarded.__dict__["once"] = True  # travels with the view: tests find the guarded ones by it
    return guarded


class _Undo(Exception):
    def __init__(self, response: HttpResponse) -> None:
        self.response = response


class _Repeat(Exception):
    pass


def _person(request: HttpRequest) -> UUID:
    """Guarded views are behind a permission: there is always somebody."""
    return UUID(str(request.user.pk))


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("idempotency_key", ""))
    except ValueError:
        raise Refusal(_("This page is out of date. Reload it and try again.")) from None


def _first(request: HttpRequest, key: UUID) -> IdempotencyKey:
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                person_id=_person(request), key=key, path=request.path[:200], body_hash=_body_hash(request)
            )
    except IntegrityError:
        raise _Repeat from None


def _again(request: HttpRequest, key: UUID) -> HttpResponse:
    row = IdempotencyKey.objects.get(person_id=_person(request), key=key)
    if row.body_hash != _body_hash(request) or row.path != request.path[:200]:
        raise Refusal(_("This form was already sent with other values. Open it anew to send it again."))
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(row.location)
    return HttpResponse(status=302, headers={"Location": row.location})


def _location(response: HttpResponse) -> str:
    return response.headers.get("Location") or response.headers.get("HX-Redirect") or "/"


def _body_hash(request: HttpRequest) -> str:
    digest = hashlib.sha256()
    for name in sorted(set(request.POST) - UNHASHED):
        for value in request.POST.getlist(name):
            digest.update(f"{name}={value}\0".encode())
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            digest.update(f"{name}={file.name}:{file.size}\0".encode())
    return digest.hexdigest()
