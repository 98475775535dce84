"""`manage.py reseal`: whatever is sealed or found by an index, under the newest keys, so that older ones can be taken away.

What is typed for a forgotten password is sealed for an hour at most and not looked at here. A PIN is written anew when it
is used.
"""

from typing import Any

from django.core.management.base import BaseCommand

from customers import domain
from staff import domain as staff


class Command(BaseCommand):
    help = "Seal national ids and the secrets of authenticator apps anew, with the first of the SEALING_KEYS and of the INDEX_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{domain.reseal(by=None)} national ids are sealed with the newest key.")
        self.stdout.write(
            f"{staff.reseal_authenticators(by=None)} authenticator apps are sealed with the newest key."
        )
