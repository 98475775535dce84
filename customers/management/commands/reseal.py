"""`manage.py reseal`: every national id under the newest of the SEALING_KEYS, so that an older one can be taken away."""

from typing import Any

from django.core.management.base import BaseCommand

from customers import domain


class Command(BaseCommand):
    help = "Seal every national id anew, with the first of the SEALING_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{domain.reseal(by=None)} national ids are sealed with the newest key.")
