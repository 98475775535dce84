"""`manage.py gst_check cases.json`: try cases of one's own against the arithmetic of the product."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic import gst_cases


class Command(BaseCommand):
    help = (
        "Compares GST cases in a JSON file with what this program computes. Needs no database and no server."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, help="JSON: sections of cases, as in tests/data/gst_cases.json"
        )

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            report = gst_cases.check(gst_cases.read(file))
        except gst_cases.Malformed as error:
            raise CommandError(str(error), returncode=2) from None
        self._count(report)
        self._policy(report)
        self._list(_("Differs, but the law leaves room there; we follow our policy:"), report.doubtful)
        self._list(_("Differs:"), report.failures)
        if failures := len(report.failures):
            sentence = ngettext("%(count)d case differs.", "%(count)d cases differ.", failures)
            raise CommandError(sentence % {"count": failures})
        self.stdout.write(self.style.SUCCESS(_("Nothing differs that isn't marked ambiguous.")))

    def _count(self, report: gst_cases.Report) -> None:
        checked = Counter(outcome.section for outcome in report.outcomes)
        agreed = Counter(outcome.section for outcome in report.outcomes if outcome.agrees)
        for section, count in checked.items():
            sentence = _("%(section)s: %(count)d checked, %(agreed)d agree")
            self.stdout.write(sentence % {"section": section, "count": count, "agreed": agreed[section]})
        for section, count in report.not_checked.items():
            self.stdout.write(
                _("%(section)s: not checked (%(count)d)") % {"section": section, "count": count}
            )

    def _policy(self, report: gst_cases.Report) -> None:
        """What we chose where a case is marked ambiguous, by section."""
        chosen: dict[str, list[str]] = {}
        for outcome in report.outcomes:
            if outcome.ambiguous and outcome.agrees:
                chosen.setdefault(outcome.section, []).append(outcome.id)
        if chosen:
            self.stdout.write("\n" + _("Policy, where the law leaves room (docs/gst-policy.md says why):"))
        for section, names in chosen.items():
            self.stdout.write(f"  {section} {', '.join(names)}")

    def _list(self, title: str, outcomes: list[gst_cases.Outcome]) -> None:
        if not outcomes:
            return
        self.stdout.write(f"\n{title}")
        for outcome in outcomes:
            self.stdout.write(f"  {outcome.section} {outcome.id}  {outcome.problem}".rstrip())
            for difference in outcome.differences:
                sentence = _("%(path)s: expected %(expected)s, got %(got)s")
                self.stdout.write(f"    {sentence % vars(difference)}")
            if outcome.remark:
                self.stdout.write("    " + _("The program says: %(remark)s") % {"remark": outcome.remark})
