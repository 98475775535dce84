"""Customers, what is kept of them, and the summary row that lists sort by."""

from .cards import IdCard
from .consents import Consent, ConsentKind, ConsentText, ConsentWithdrawal
from .documents import Document
from .erasing import Erasure, HandOut
from .merging import Merge, Move
from .people import Customer, CustomerQuerySet, Household, ReferenceCounter, SeenAt, Standing

__all__ = [
    "Consent",
    "ConsentKind",
    "ConsentText",
    "ConsentWithdrawal",
    "Customer",
    "CustomerQuerySet",
    "Document",
    "Erasure",
    "HandOut",
    "Household",
    "IdCard",
    "Merge",
    "Move",
    "ReferenceCounter",
    "SeenAt",
    "Standing",
]
