"""Ten thousand guesses at one account, from one address and from a thousand, and what the answers take: `python -m tests.guessing`.

On a database of the tests' own, with the hasher of production. Says how many guesses were looked at in each five minutes,
and the median answer for accounts that exist and that don't.
"""

import statistics
import sys
import time
from typing import Any

from tests import database  # sets the environment before Django reads its settings

import django  # isort: skip

GUESSES, TIMED = 10_000, 1_000


def tried(addresses: int, guesses: int) -> tuple[int, float]:
    """How many of them were compared with the password, and how long all took."""
    from django.test import Client

    from staff.models import User
    from tests import factories

    person, compared, real = factories.person(None, "owner"), 0, User.check_password

    def compare(self: Any, raw: str) -> bool:
        nonlocal compared
        compared += 1
        return real(self, raw)

    client, began = Client(), time.monotonic()
    User.check_password = compare  # type: ignore[method-assign] - counted on its way, by no test runner's monkeypatch
    try:
        for number in range(guesses):
            turn = number % addresses
            client.post(
                "/sign-in/", {"username": person.username, "password": f"guess {number}"},
                REMOTE_ADDR=f"198.18.{turn // 250}.{turn % 250 + 1}",
            )  # fmt: skip
    finally:
        User.check_password = real  # type: ignore[method-assign] - as it was
    return compared, time.monotonic() - began


def median(name: Any, count: int) -> float:
    """Of the answers to a wrong password, each time another account, so that none is locked; in milliseconds."""
    from django.test import Client

    client, took = Client(), []
    for number in range(count):
        body = {"username": name(number), "password": "a guess"}
        address = f"198.19.{number // 250}.{number % 250 + 1}"
        began = time.perf_counter()
        client.post("/sign-in/", body, REMOTE_ADDR=address)
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def main(guesses: int, timed: int) -> int:
    from django.conf import settings
    from django.contrib.auth.hashers import make_password
    from django.test import override_settings

    from staff.models import User
    from tests import factories

    wrong = False
    with database.running() as server, override_settings(PASSWORD_HASHERS=["staff.hashers.ClinicArgon2"]):
        database.make_template(server)
        database.clone(server)
        factories.clinic()
        for addresses in (1, 1000):
            compared, seconds = tried(addresses, guesses)
            most = settings.AXES_FAILURE_LIMIT * (1 + int(seconds // 300))
            wrong |= compared > most
            print(
                f"{guesses} guesses from {addresses}: {compared} looked at in {seconds:.0f} s (at most {most})"
            )
        hashed = make_password(factories.PASSWORD)
        User.objects.bulk_create(
            [User(username=f"known{number}", full_name="Known", password=hashed) for number in range(timed)]
        )
        half = timed // 2
        known = [median(lambda number: f"known{number}", half)]
        unknown = [median(lambda number: f"nobody{number}", half)]
        known.append(median(lambda number: f"known{number + half}", half))
        unknown.append(median(lambda number: f"nobody{number + half}", half))
        apart = abs(sum(known) / sum(unknown) - 1)
        print(
            f"median of {timed}: known {sum(known) / 2:.1f} ms, unknown {sum(unknown) / 2:.1f} ms, {apart:.1%} apart"
        )
        database.drop_clone(server)
    return 1 if wrong or apart > 0.10 else 0


if __name__ == "__main__":
    import logging

    logging.disable(logging.CRITICAL)
    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    sys.exit(
        main(
            int(sys.argv[1]) if len(sys.argv) > 1 else GUESSES,
            int(sys.argv[2]) if len(sys.argv) > 2 else TIMED,
        )
    )
