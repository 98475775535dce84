"""`manage.py demo`: fill an empty database with the demo clinic. Here and not in the kernel because of the logins."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import registries
from clinic.models import Organisation
from staff.demo import DEMO_LOGINS
from staff.models import User


class Command(BaseCommand):
    help = (
        "Loads the demo clinic into an empty database: people, customers, stock, two months of visits and invoices,"
        " all dated relative to today. Running it again changes nothing; a database with real data is refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--logins", action="store_true", help="only print who signs in with what")
        parser.add_argument("--json", action="store_true", help="print the logins as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["logins"] or options["json"]:
            self._print_logins(as_json=options["json"])
            return
        if Organisation.objects.filter(is_demo=True).exists():
            self._say(options, _("The demo data is already there; nothing was changed."))
            return
        if Organisation.objects.exists() or User.objects.exists():
            raise CommandError(
                _(
                    "This database holds a real clinic, so the demo data was not loaded. Use a database of its own for it."
                )
            )
        self._load(options)

    @transaction.atomic
    def _load(self, options: dict[str, Any]) -> None:
        today = timezone.localdate()
        for step in registries.demo_steps():
            self._say(options, f"{step.name} ...")
            step.run(today)
        self._say(options, _("The demo data is loaded."))

    def _print_logins(self, *, as_json: bool) -> None:
        logins = [
            {"who": str(each["who"]), "username": each["username"], "password": each["password"]}
            for each in DEMO_LOGINS
        ]
        if as_json:
            self.stdout.write(json.dumps(logins))
            return
        for login in logins:
            self.stdout.write("".join(f"{value:<14}" for value in login.values()).rstrip())

    def _say(self, options: dict[str, Any], sentence: str) -> None:
        if options["verbosity"]:
            self.stdout.write(sentence)
