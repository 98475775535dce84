"""The verbs, by concept: enrolments with their sessions, and what has to be met before a treatment.

Locks: customer, then enrolment, then its sessions.
"""

from .enrolments import check_move, complete_session, enrol, release_session, reserve_session
from .requirements import check_treatable, meet

__all__ = [
    "check_move",
    "check_treatable",
    "complete_session",
    "enrol",
    "meet",
    "release_session",
    "reserve_session",
]
