"""The verbs, by concept: enrolments with their sessions, and what has to be met before a treatment.

Locks: customer, then enrolment, then its sessions.
"""

from .enrolments import check_move, complete_session, enrol, release_session, reserve_session
from .plans import change_plan, create_plan
from .requirements import check_treatable, meet
from .treatments import change_treatment, create_treatment

__all__ = [
    "change_plan",
    "change_treatment",
    "check_move",
    "check_treatable",
    "complete_session",
    "create_plan",
    "create_treatment",
    "enrol",
    "meet",
    "release_session",
    "reserve_session",
]
