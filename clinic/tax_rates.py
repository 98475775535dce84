"""The rates that the product comes with (`data/taxes.json`), read without a database.

They fill the tax categories of a new clinic and are what rate cases are checked against. What a clinic bills
by are its own rows (`TaxCategory`, `TaxRule`), which its owner may have changed since.
"""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from clinic.gst import Treatment

FILE = Path(__file__).parent / "data" / "taxes.json"
HEADING = 4  # digits of a code that name the group of goods


@dataclass(frozen=True)
class Rule:
    """`valid_to` is the first day after. `source` names the notification, `confidence` how sure we are of it."""

    valid_from: date
    valid_to: date | None
    treatment: Treatment
    rate: Decimal
    credit_barred: bool
    source: str
    confidence: str

    @property
    def taxed_as(self) -> tuple[Treatment, Decimal, bool]:
        return self.treatment, self.rate, self.credit_barred


@dataclass(frozen=True)
class Category:
    """`known_as`: other names that lists of rates give it."""

    code: str
    name: str
    supply: str
    hsn: str
    uqc: str
    known_as: tuple[str, ...]
    rules: tuple[Rule, ...]

    def rule_on(self, day: date) -> Rule | None:
        """The rule in force, or None where the owner has to decide."""
        return next(
            (
                rule
                for rule in self.rules
                if rule.valid_from <= day and (rule.valid_to is None or day < rule.valid_to)
            ),
            None,
        )


@cache
def categories() -> dict[str, Category]:
    """By code, in the order of the file."""
    return {entry["code"]: _category(entry) for entry in json.loads(FILE.read_text("utf-8"))}


def find(name: str, hsn: str = "") -> list[Category]:
    """The category of a code or of another name for it; failing that, those with the longest common HSN/SAC."""
    known = categories()
    named = [each for each in known.values() if name and name in (each.code, each.name, *each.known_as)]
    if named or not hsn:
        return named
    for digits in range(len(hsn), HEADING - 1, -1):
        if found := [each for each in known.values() if each.hsn.startswith(hsn[:digits])]:
            return found
    return []


def _category(entry: dict[str, Any]) -> Category:
    return Category(
        code=entry["code"],
        name=entry["name"],
        supply=entry["supply"],
        hsn=entry["hsn"],
        uqc=entry.get("uqc", "NA"),
        known_as=tuple(entry.get("known_as", ())),
        rules=tuple(_rule(each) for each in entry["rules"]),
    )


def _rule(entry: dict[str, Any]) -> Rule:
    return Rule(
        valid_from=date.fromisoformat(entry["from"]),
        valid_to=date.fromisoformat(entry["to"]) if "to" in entry else None,
        treatment=Treatment(entry.get("treatment", "taxable")),
        rate=Decimal(entry.get("rate", "0")),
        credit_barred=entry.get("credit_barred", False),
        source=entry["source"],
        confidence=entry.get("confidence", "high"),
    )
