"""Set up a clinic on an empty database: by answering questions, or by flags alone with --no-input."""

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from clinic import gst, registries
from clinic.models import Branch, Organisation
from clinic.refusals import Refusal
from staff import domain
from staff.models import User
from staff.questions import Question, questions

PASSWORD_VARIABLE = "CLINIC_OWNER_PASSWORD"  # noqa: S105 - the name of a variable


class Command(BaseCommand):
    help = "Set up the clinic, its owner and, if wanted, its doctors, on an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for question in questions():
            flag = f"--{question.name.replace('_', '-')}"
            if question.name == "composition":
                parser.add_argument(flag, action="store_const", const="yes", help=question.prompt)
            else:
                parser.add_argument(flag, help=question.prompt.replace("%", "%%"))
        parser.add_argument(
            "--doctor", action="append", default=[], help="Name of a doctor; may be repeated."
        )
        parser.add_argument("--no-input", action="store_true", help="Ask nothing; flags alone.")

    def handle(self, **options: Any) -> None:
        self._refuse_if_set_up()
        options["password"] = options["password"] or os.environ.get(PASSWORD_VARIABLE)
        self.asks = not options["no_input"]
        answers: dict[str, str] = {}
        missing: list[str] = []
        for question in questions():
            try:
                answers[question.name] = self._answer(question, options[question.name], answers)
            except ValueError as problem:
                missing.append(f"--{question.name.replace('_', '-')}: {problem}")
        if missing:
            raise CommandError("\n".join(missing))
        self._set_up(answers, options["doctor"])

    def _refuse_if_set_up(self) -> None:
        try:
            if Organisation.objects.exists():
                raise CommandError(_("This database already holds a clinic; nothing was changed."))
        except ProgrammingError:
            raise CommandError(_("The database has no tables yet. Run: python manage.py migrate")) from None
        except OperationalError as problem:
            reason = str(problem).splitlines()[0]
            raise CommandError(_("The database can't be reached: %(reason)s") % {"reason": reason}) from None

    def _answer(self, question: Question, given: str | None, so_far: dict[str, str]) -> str:
        """From the flag, from the person, or the default; asked again until it is right."""
        if question.name == "composition" and not so_far.get("gstin"):
            return ""
        if question.name == "state" and so_far.get("gstin") and given is None:
            return so_far["gstin"][:2]
        while True:
            typed = given if given is not None else self._ask(question)
            try:
                return self._checked(question, typed.replace("\0", "").strip(), so_far)
            except ValueError as problem:
                if not self.asks:
                    raise
                self.stderr.write(str(problem))
                given = None

    def _ask(self, question: Question) -> str:
        if not self.asks:
            return question.default or ""
        shown = f"{question.prompt} [{question.default}]: " if question.default else f"{question.prompt}: "
        try:
            if not question.secret:
                return input(shown).strip() or question.default or ""
            typed = getpass.getpass(shown)
            if typed and getpass.getpass(_("The password once more: ")) != typed:
                self.stderr.write(_("The two don't match."))
                return self._ask(question)
            return typed
        except (EOFError, KeyboardInterrupt):
            raise CommandError(_("Stopped; nothing was saved.")) from None

    def _checked(self, question: Question, typed: str, so_far: dict[str, str]) -> str:
        if not typed and question.default is None:
            raise ValueError(_("An answer is needed."))
        value = question.check(typed)
        if question.name == "state" and so_far.get("gstin") and value != so_far["gstin"][:2]:
            name = gst.STATES[so_far["gstin"][:2]].name
            raise ValueError(_("The GSTIN belongs to %(state)s.") % {"state": name})
        if question.secret:
            owner = User(
                username=so_far.get("username", ""),
                full_name=so_far.get("owner_name", ""),
                email=so_far.get("email", ""),
            )
            try:
                validate_password(value, owner)
            except ValidationError as problem:
                raise ValueError(" ".join(problem.messages)) from None
        return value

    def _set_up(self, answers: dict[str, str], doctors: list[str]) -> None:
        try:
            with transaction.atomic():
                branch = domain.set_up_clinic(by=None, clinic=_clinic(answers), today=timezone.localdate())
                Organisation.objects.update(setup_step=registries.setup_steps()[0].name)
                owner = domain.add_person(
                    by=None,
                    username=answers["username"],
                    full_name=answers["owner_name"],
                    password=answers["password"],
                    roles=["owner"],
                    branch=None,
                    email=answers["email"],
                )
                logins = [self._add_doctor(name.strip(), owner, branch) for name in doctors if name.strip()]
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from None
        self.stdout.write(
            _("%(clinic)s is set up. Sign in as %(username)s.")
            % {"clinic": branch.trade_name, "username": owner.username}
        )
        for login in filter(None, logins):
            self.stdout.write(
                _("%(login)s may sign in once you set a password: Administration, People.") % {"login": login}
            )

    def _add_doctor(self, name: str, owner: User, branch: Branch) -> str:
        """A doctor with a login but no password yet; the owner treating in person gets no second login."""
        if name.casefold() == owner.full_name.casefold():
            domain.add_practitioner(by=owner, person=owner, branch=branch, title="Dr.", name=_titled(name))
            return ""
        person = domain.add_person(
            by=owner,
            username=slugify(_bare(name)).replace("-", ".")[:60] or "doctor",
            full_name=_bare(name),
            password=None,
            roles=["doctor"],
            branch=branch,
        )
        domain.add_practitioner(by=owner, person=person, branch=branch, title="Dr.", name=_titled(name))
        return person.username


def _bare(name: str) -> str:
    return name.removeprefix("Dr.").removeprefix("Dr ").strip()


def _titled(name: str) -> str:
    return f"Dr. {_bare(name)}"


def _clinic(answers: dict[str, str]) -> domain.NewClinic:
    return domain.NewClinic(
        name=answers["name"],
        address=answers["address"],
        city=answers["city"],
        postal_code=answers["pin"],
        state=answers["state"],
        phone=answers["phone"],
        aesthetic_rate=answers["aesthetic_rate"],  # type: ignore[arg-type]  # checked to be one of the two
        gstin=answers["gstin"],
        composition=bool(answers["composition"]),
        code=answers["code"],
        upi_id=answers["upi"],
    )
