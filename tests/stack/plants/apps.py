import os
from collections.abc import Iterable

from django.apps import AppConfig
from django.db import connection


class Plants(AppConfig):
    name = "tests.stack.plants"
    label = "plants"

    def ready(self) -> None:
        from clinic.registries import add_proof

        add_proof("plants", wrong)


def wrong() -> Iterable[str]:
    """Like every proof of a new version: it can't be asked before its migrations."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), (SELECT count(*) FROM plants_thing)")
        name, count = cursor.fetchone()
    if count != 2:
        yield f"{count} things instead of 2."
    if os.environ["PLANT"] == "last" and not name.endswith("_upgrade"):
        yield "In its place it doesn't hold."
