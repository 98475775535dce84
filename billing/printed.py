"""What other apps may ask of papers: find one, what it is called, and its PDF. Pure."""

from typing import Any
from uuid import UUID

from billing import links, paper
from billing.models import Paper
from billing.paper import words
from billing.paper.kinds import KINDS


def find(name: str, pk: UUID, *, user: Any = None) -> Any | None:
    """The document of a kind that links can open; only of the branch worked at where a user is given."""
    if name not in links.NUMBERS:
        return None
    rows = KINDS[name].rows()
    return (rows.visible_to(user) if user else rows).filter(pk=pk).first()  # type: ignore[attr-defined]


def name_of(document: Any) -> str:
    return paper.kind_of(document).name


def title(document: Any, language: str = "") -> str:
    """Tax invoice, Credit note; in Hindi for whoever speaks it."""
    english = paper.kind_of(document).title(document)
    return words.in_hindi(english) or english if words.language_for(language) == words.HINDI else english


def pdf(document: Any) -> tuple[str, bytes]:
    """Its file's name and content, on A4, in the customer's language."""
    language = words.language_for(document.customer.language)
    kept = paper.ready(document, Paper.Format.A4, language)
    with kept.file.open("rb") as file:
        return paper.name_of(document, Paper.Format.A4, language), file.read()
