"""How often one person may ask for what is costly, or would empty or fill the clinic's books: files, papers, work in
batches, searches, records one after the other, forms one after the other.

A view says what it costs by a decorator below its permission; what leaves a file, a paper or a look in the audit costs that
without saying (`clinic.audit.notes`), any address with words to look for is a search, any form that is sent a write. How
many of each, `settings.LIMITS` says. People share one address in a clinic, so a person is counted, and an address only
where nobody is signed in.

Counted in Redis by the library `limits`, over a window that slides. A courtesy: without Redis nobody is counted.
"""

import logging
import math
import time
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import Any, cast

import redis
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from limits import RateLimitItem, parse_many
from limits.storage import Storage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from clinic.client_address import client_address

View = Callable[..., HttpResponse]
PATIENCE = 0.2  # seconds that a page waits for the count

logger = logging.getLogger(__name__)


class Cost(StrEnum):
    FILE = "file"  # a list taken out
    PAPER = "paper"  # drawn while one waits
    BATCH = "batch"  # a job for the worker: a long list read, many bills printed
    SEARCH = "search"
    RECORD = "record"  # a patient's page or a part of it
    WRITE = "write"  # any form of somebody signed in; signing in has limits of its own


def costs(cost: Cost) -> Callable[[View], View]:
    """Declare what a view costs. A batch costs when it is sent, not when its form is looked at."""

    def declare(view: View) -> View:
        view.__dict__["costs"] = cost
        return view

    return declare


class limits:
    """Answer 429 to whoever asked too often. A class, because Django looks for `process_view` on an object."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, *_given: Any) -> HttpResponse | None:
        cost = cost_of(view, request)
        if cost is None:
            return None
        who = request.session.get("_auth_user_id") or client_address(request)
        wait = seconds_to_wait(cost, str(who))
        return too_many(request, cost, wait) if wait else None


def cost_of(view: View, request: HttpRequest) -> Cost | None:
    declared: Cost | None = getattr(view, "costs", None)
    if declared is Cost.BATCH and request.method != "POST":
        return None
    if declared is None and request.GET.get("q"):
        return Cost.SEARCH
    if declared is None and request.method == "POST" and "_auth_user_id" in request.session:
        return Cost.WRITE
    return declared


def seconds_to_wait(cost: Cost, who: str) -> int:
    """Count one more; 0 when it is still within the limits, else how long until one is."""
    allowed = settings.LIMITS.get(cost)
    if not allowed:
        return 0
    limiter = SlidingWindowCounterRateLimiter(_store(settings.LIMITS_STORE))
    try:
        for item in _items(allowed):
            if not limiter.hit(item, cost, who):
                until = limiter.get_window_stats(item, cost, who).reset_time
                return max(1, math.ceil(until - time.time()))
    except (redis.RedisError, OSError):
        return 0
    return 0


def too_many(request: HttpRequest, cost: Cost, wait: int) -> HttpResponse:
    logger.warning("asked too often: %s", cost.value)
    sentence = {
        Cost.FILE: _("You took out many files within a short time."),
        Cost.PAPER: _("You printed many papers within a short time."),
        Cost.BATCH: _("You started many jobs within a short time."),
        Cost.SEARCH: _("You searched many times within a short time."),
        Cost.RECORD: _("You opened many records within a short time."),
        Cost.WRITE: _("You saved many times within a short time."),
    }[cost]
    context = {"sentence": sentence, "wait": wait}
    if request.htmx:  # type: ignore[attr-defined] # set by the middleware of django-htmx
        words = _("%(sentence)s Wait %(wait)s seconds, then go on.") % context
        messages.error(request, words)
        response = render(request, "components/messages.html", status=429)
        response["HX-Retarget"], response["HX-Reswap"] = "#messages", "outerHTML"
    else:
        response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(wait)
    return response


@cache
def _store(url: str) -> Storage:
    """One for each process; redis-py connects when it is first asked."""
    if not url.startswith(("redis", "unix")):
        return cast(Storage, storage_from_string(url))
    address = url.replace("unix://", "redis+unix://", 1) if url.startswith("unix") else url
    return cast(
        Storage, storage_from_string(address, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
    )


@cache
def _items(allowed: str) -> list[RateLimitItem]:
    return parse_many(allowed)
