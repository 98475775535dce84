"""`manage.py drop_audit_months`: which months of the audit the law no longer asks for; with `--drop`, let them go."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.audit import dropping
from clinic.refusals import Refusal


class Command(BaseCommand):
    help = (
        "Lists the months of the audit that may go by clinic/data/retention.json. Never runs by itself: with --drop they are"
        " dropped, after every seal was recomputed. Keep them longer while an appeal or investigation is open. Needs the"
        " database's owner."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--drop", action="store_true", help="drop them; there is no way back but a backup"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        due = dropping.due(timezone.localdate())
        for month in due:
            told = {"month": month.table, "until": date_format(month.kept_until, "j M Y")}
            self.stdout.write(_("%(month)s had to be kept until %(until)s.") % told)
        if not due:
            self.stdout.write(_("No month is old enough."))
        elif options["drop"]:
            try:
                count = dropping.drop(due)
            except Refusal as refusal:
                raise CommandError(refusal.message) from None
            self.stdout.write(_("Dropped, with %(count)s rows.") % {"count": count})
