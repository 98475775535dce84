"""GSTIN and the other fifteen-character ids of the GST portal: shape, State, check character."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from clinic.gst.invalid import Invalid
from clinic.gst.states import STATES

LENGTH = 15
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OIDAR_STATE = "99"


class GstinKind(StrEnum):
    REGULAR = "regular"
    E_COMMERCE_OPERATOR = "e_commerce_operator"
    TAX_DEDUCTOR = "tax_deductor"
    UIN = "uin"  # embassies and United Nations bodies
    NON_RESIDENT = "non_resident"
    OIDAR = "oidar"  # online services from abroad


BUYERS = frozenset({GstinKind.REGULAR, GstinKind.UIN})
"""The kinds that may stand on a tax invoice as the buyer's."""


@dataclass(frozen=True)
class Gstin:
    """`pan` is empty where the id holds none (UIN, non-resident, OIDAR, deductors known by their TAN)."""

    normalized: str
    kind: GstinKind
    state_code: str
    pan: str = ""


# The fourth letter of a PAN is the kind of holder.
_PAN = r"[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]"
_SHAPES: list[tuple[GstinKind, re.Pattern[str]]] = [
    (kind, re.compile(shape, re.ASCII))
    for kind, shape in (
        (GstinKind.E_COMMERCE_OPERATOR, rf"[0-9]{{2}}(?P<pan>{_PAN})[0-9A-Z]C[0-9A-Z]"),
        (GstinKind.TAX_DEDUCTOR, r"[0-9]{2}[A-Z]{4}[A-Z0-9][0-9]{4}[A-Z][0-9A-Z]D[0-9A-Z]"),
        (GstinKind.REGULAR, rf"[0-9]{{2}}(?P<pan>{_PAN})[0-9A-Z][Z1-9A-J][0-9A-Z]"),
        (GstinKind.UIN, r"[0-9]{4}[A-Z]{3}[0-9]{5}(UN|ON)[0-9A-Z]"),
        (GstinKind.NON_RESIDENT, r"[0-9]{4}[A-Z]{3}[0-9]{5}NR[0-9A-Z]"),
        (GstinKind.OIDAR, r"99[0-9]{2}[A-Z]{3}[0-9]{5}OS[0-9A-Z]"),
    )
]
_COUNTED = {GstinKind.REGULAR, GstinKind.E_COMMERCE_OPERATOR, GstinKind.TAX_DEDUCTOR}


def check_character(body: str) -> str:
    """The character that belongs after these fourteen (mod 36, weights 1 and 2 in turn)."""
    total = sum(
        sum(divmod(ALPHABET.index(letter) * (1 + place % 2), 36)) for place, letter in enumerate(body)
    )
    return ALPHABET[-total % 36]


def check_gstin(value: str, *, kinds: Collection[GstinKind] | None = None) -> Gstin:
    """What a GSTIN says, trimmed and upper-cased, or Invalid naming what is wrong with it.

    `kinds` limits what is accepted (`BUYERS` for a customer, `[GstinKind.REGULAR]` for our own).
    Reasons: empty, length, format, state_code, state_code_retired, entity_number_zero, check_digit, kind.
    A right check character doesn't mean that the registration is active: only the portal knows that.
    """
    text = value.strip()
    _check_length(text)
    gstin = _read(text.upper() if text.isascii() else text)
    _check_state(gstin.state_code)
    if gstin.kind in _COUNTED and gstin.normalized[12] == "0":
        raise _invalid("entity_number_zero", _("The 13th character of a GSTIN is never 0; it counts from 1."))
    _check_last(gstin.normalized)
    if kinds is not None and gstin.kind not in kinds:
        raise _invalid(
            "kind", _("%(gstin)s isn't the GSTIN of an ordinary taxpayer.") % {"gstin": gstin.normalized}
        )
    return gstin


def _invalid(reason: str, sentence: str) -> Invalid:
    return Invalid(sentence, reason=reason, field="gstin")


def _check_length(text: str) -> None:
    if not text:
        raise _invalid("empty", _("A GSTIN is needed."))
    if len(text) != LENGTH:
        sentence = _("A GSTIN has 15 characters; this one has %(count)d.")
        raise _invalid("length", sentence % {"count": len(text)})


def _read(text: str) -> Gstin:
    for kind, shape in _SHAPES:
        if match := shape.fullmatch(text):
            return Gstin(text, kind, text[:2], match.groupdict().get("pan", ""))
    sentence = _(
        "“%(gstin)s” isn't built like a GSTIN: two digits for the State, the ten characters of the PAN, then three more."
    )
    raise _invalid("format", sentence % {"gstin": text})


def _check_state(code: str) -> None:
    state = STATES.get(code)
    if code == OIDAR_STATE or (state and state.registers and state.offered):
        return
    if state and state.successor:
        sentence = _("State code %(code)s is no longer used; %(name)s has %(successor)s.")
        now = STATES[state.successor]
        raise _invalid(
            "state_code_retired", sentence % {"code": code, "name": now.name, "successor": now.code}
        )
    raise _invalid(
        "state_code", _("A GSTIN can't begin with %(code)s: no State has that code.") % {"code": code}
    )


def _check_last(text: str) -> None:
    right = check_character(text[:-1])
    if text[-1] != right:
        sentence = _(
            "One character of %(gstin)s is mistyped: its check character would be %(right)s, but it ends in %(last)s."
        )
        raise _invalid("check_digit", sentence % {"gstin": text, "right": right, "last": text[-1]})
