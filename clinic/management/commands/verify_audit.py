"""`manage.py verify_audit`: recompute every seal of the audit and name what was changed, taken away or put in."""

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.audit import seals, verifying

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Recomputes every seal of the audit from its rows, and compares personal values with the hashes that were sealed."
        " Names the first row of each seal that was changed, taken away or put in. Exit code 1 if there is any."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seal", action="store_true", help="seal first what isn't sealed yet")
        parser.add_argument(
            "--printed",
            metavar="HASH",
            help="the beginning of a seal's hash that was printed: it must be in the chain",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seal"]:
            self.stdout.write(_("%(count)s rows sealed now.") % {"count": seals.seal()})
        if options["printed"]:
            self._find(options["printed"])
        started = perf_counter()
        report = verifying.verify(personal=True)
        told = {
            "seals": report.seals,
            "rows": report.rows,
            "values": report.values,
            "seconds": f"{perf_counter() - started:.1f}",
        }
        self.stdout.write(
            _("%(seals)s seals, %(rows)s rows and %(values)s personal values looked at in %(seconds)s s.")
            % told
        )
        self._tell_lag()
        for sentence in report.wrong[:SHOWN]:
            self.stderr.write(sentence)
        if report.wrong:
            count = len(report.wrong)
            told = {"count": count}
            raise CommandError(
                ngettext("%(count)s thing is wrong.", "%(count)s things are wrong.", count) % told
            )
        self.stdout.write(self.style.SUCCESS(_("The audit is as it was sealed.")))

    def _find(self, printed: str) -> None:
        seal = verifying.knows(printed)
        if seal is None:
            raise CommandError(
                _("No seal of this audit begins like that: it was made anew, or is another clinic's.")
            )
        told = {"number": seal.number, "time": date_format(localtime(seal.sealed_at), "j M Y, H:i")}
        self.stdout.write(_("That is seal %(number)s of %(time)s.") % told)

    def _tell_lag(self) -> None:
        lag = seals.lag()
        if lag.oldest:
            told = {"count": lag.count, "time": date_format(localtime(lag.oldest), "j M Y, H:i:s")}
            self.stdout.write(_("%(count)s rows wait to be sealed, the oldest of %(time)s.") % told)
