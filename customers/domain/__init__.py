"""The verbs on customers, and what upper apps tell about them."""

from .cards import issue_card, revoke_card
from .consents import add_consent_text, add_standard_texts, record_consent, withdraw_consent
from .documents import (
    add_document,
    change_document,
    choose_portrait,
    prepare_document,
    remove_document,
    restore_document,
)
from .erasing import check_erase, erase, finish_erasures, hand_out
from .households import join_household, leave_household
from .identities import reseal, show_identity
from .merging import check_merge, merge, undo_merge
from .people import (
    change,
    deactivate,
    know_at,
    note_dues,
    note_export,
    note_standing,
    reactivate,
    register,
)
from .taking_in import take_in

__all__ = [
    "add_consent_text",
    "add_document",
    "add_standard_texts",
    "change",
    "change_document",
    "check_erase",
    "check_merge",
    "choose_portrait",
    "deactivate",
    "erase",
    "finish_erasures",
    "hand_out",
    "issue_card",
    "join_household",
    "know_at",
    "leave_household",
    "merge",
    "note_dues",
    "note_export",
    "note_standing",
    "prepare_document",
    "reactivate",
    "record_consent",
    "register",
    "remove_document",
    "reseal",
    "restore_document",
    "revoke_card",
    "show_identity",
    "take_in",
    "undo_merge",
    "withdraw_consent",
]
