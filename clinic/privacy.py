"""What a table says about the personal data it holds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Privacy:
    """`path` leads to the customer ("" on the customer itself, None where the person is not a customer).

    `columns` are database columns whose values the audit keeps apart, so that erasure can remove them.
    `retention` names a class in `clinic/data/retention.json`.
    `secret` columns (passwords, tokens) are never copied anywhere.
    """

    path: str | None
    retention: str
    columns: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
