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
from .merging import check_merge, merge, undo_merge
from .people import change, deactivate, know_at, note_export, note_standing, reactivate, register
from .taking_in import take_in

__all__ = [
    "add_consent_text",
    "add_document",
    "add_standard_texts",
    "change",
    "change_document",
    "check_merge",
    "choose_portrait",
    "deactivate",
    "issue_card",
    "know_at",
    "merge",
    "note_export",
    "note_standing",
    "prepare_document",
    "reactivate",
    "record_consent",
    "register",
    "remove_document",
    "restore_document",
    "revoke_card",
    "take_in",
    "undo_merge",
    "withdraw_consent",
]
