"""`manage.py prove`: check what must be true of the data, whatever happened to it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from clinic import registries

SHOWN = 20  # sentences of one proof


class Command(BaseCommand):
    help = "Runs every proof that an app has registered and says what is not as it must be. Exit code 1 if anything is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("only", nargs="*", help="names of proofs; all of them if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        proofs = registries.proofs()
        unknown = [name for name in options["only"] if name not in proofs]
        broken = unknown + [
            name
            for name in options["only"] or sorted(proofs)
            if name in proofs and not self._holds(name, proofs[name])
        ]
        for name in unknown:
            known = {"name": name, "others": ", ".join(sorted(proofs))}
            self.stderr.write(_("There is no proof “%(name)s”; there are %(others)s.") % known)
        if broken:
            raise SystemExit(1)

    def _holds(self, name: str, check: Any) -> bool:
        wrong = list(check())
        self.stdout.write(f"{_('FAILED') if wrong else _('ok'):<8}{name}")
        for sentence in wrong[:SHOWN]:
            self.stdout.write(f"        {sentence}")
        if len(wrong) > SHOWN:
            self.stdout.write("        " + _("and %(count)s more") % {"count": len(wrong) - SHOWN})
        return not wrong
