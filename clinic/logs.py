"""Structured logs: one JSON object a line, with the request id that django-structlog binds. No personal values.

Whatever is typed may name a person: what is searched for stands in a query, so requests are told by their path; and what
the database quotes of a refused row is left out of its complaint.
"""

import logging
import re
from typing import Any

import structlog

#: To the end of the complaint: what the database quotes may hold lines of its own.
QUOTED = re.compile(r"DETAIL:.*?(?=\n\n(?:The above|During handling)|\Z)", re.DOTALL)


def without_quoted_rows(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """“Failing row contains (…)” tells the whole row, “Key (phone)=(…) already exists” its value."""
    for part in ("exception", "event"):
        if isinstance(event.get(part), str):
            event[part] = QUOTED.sub("DETAIL: left out", event[part])
    return event


_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
    without_quoted_rows,
]


def formatter() -> logging.Formatter:
    """What Django's LOGGING calls to turn every record, ours or a library's, into a line of JSON."""
    structlog.configure(
        processors=[*_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )
