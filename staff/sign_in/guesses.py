"""Wrong passwords, codes and PINs, all counted together: five in five minutes shut an account, whatever address they come
from, and sixty of many accounts shut an address (axes keeps the count).

A house behind one address doesn't reach sixty; and whoever signed in fully in this browser before gets in all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.contrib.auth.signals import user_login_failed
from django.db import connection, transaction
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from clinic.client_address import client_address
from staff.backends import account_typed
from staff.models import Browser, User

MOST_OF_AN_ADDRESS = 60
WITHIN = timedelta(minutes=5)
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('sign-in ' || %s, 0))"


@contextmanager
def one_at_a_time(account: str) -> Iterator[None]:
    """Those who try the same account at the same moment wait for each other: else many at once would be more than five."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK, [account])
        yield


def is_shut(request: HttpRequest, user: User) -> bool:
    """Whether five wrong ones in five minutes have shut this account."""
    return not AxesProxyHandler.is_allowed(request, {"username": user.username})


def count_wrong(request: HttpRequest, user: User) -> None:
    """The fifth makes axes' middleware answer instead of the view."""
    user_login_failed.send(sender=__name__, credentials={"username": user.username}, request=request)


def address_is_shut(request: HttpRequest, username: str, browser: str) -> bool:
    """Whether too many wrong ones came from this address for somebody who isn't known in this browser."""
    attempts = AccessAttempt.objects.filter(
        ip_address=client_address(request) or None, attempt_time__gt=timezone.now() - WITHIN
    )
    failures = attempts.aggregate(all=Sum("failures_since_start"))["all"] or 0
    if failures < MOST_OF_AN_ADDRESS:
        return False
    account = account_typed(request, {"username": username})
    return not Browser.objects.known_by(browser).filter(user__username__iexact=account).exists()


def shut(request: HttpRequest) -> HttpResponse:
    return render(request, "staff/locked.html", status=429)
