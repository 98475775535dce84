"""From where a request comes: for the audit, the count of wrong passwords, and the logs. Pure but for one setting."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of whoever asks; empty where it can't be known, as behind a Unix socket.

    Each proxy adds whom it heard to the end of X-Forwarded-For, and what stands before is anybody's invention: only
    the last `TRUSTED_PROXY_COUNT` entries are ours, the first of those is the client.
    """
    told = request.META.get("REMOTE_ADDR", "")
    count = settings.TRUSTED_PROXY_COUNT
    heard = [each for each in request.headers.get("X-Forwarded-For", "").split(",") if each.strip()]
    if count and len(heard) >= count:
        told = heard[-count]
    try:
        return str(ip_address(told.strip().partition("%")[0]))  # without the zone of a link-local address
    except ValueError:
        return ""
