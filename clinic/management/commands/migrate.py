"""`migrate`, as the owner unless told otherwise: the application's role may not change tables."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> Any:
        if options["database"] == "default":
            options["database"] = "owner"
        return super().handle(*args, **options)
