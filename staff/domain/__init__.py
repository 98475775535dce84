"""The verbs on the clinic, its people, and when they work, by concept.

Whoever changes when somebody works, or what is in service, takes the locks of those who book it first.
"""

from .branches import add_holiday, change_branch, change_prefix, remove_holiday, set_hours
from .clinics import AestheticReading, NewClinic, choose_aesthetic_rate, open_branch, set_up_clinic
from .departments import change_department, open_department
from .outages import put_back, take_out_of_service
from .people import (
    add_person,
    lock_owners,
    note_sign_in,
    note_sign_out,
    refuse_lifting,
    refuse_lifting_role,
    require_an_owner,
    set_password,
)
from .practitioners import (
    add_practitioner,
    change_practitioner,
    require_may_manage,
    set_day_hours,
    switch_available,
)
from .reasons import add_reason, remove_reason, suggest_usual
from .saved_views import delete_view, rename_view, save_view
from .setup import Owner, begin_setup, choose_preset, go_on_with_setup, take_on
from .time_off import LONGEST_TIME_OFF, mark_off, withdraw_time_off

__all__ = [
    "LONGEST_TIME_OFF",
    "AestheticReading",
    "NewClinic",
    "Owner",
    "add_holiday",
    "add_person",
    "add_practitioner",
    "add_reason",
    "begin_setup",
    "change_branch",
    "change_department",
    "change_practitioner",
    "change_prefix",
    "choose_aesthetic_rate",
    "choose_preset",
    "delete_view",
    "go_on_with_setup",
    "lock_owners",
    "mark_off",
    "note_sign_in",
    "note_sign_out",
    "open_branch",
    "open_department",
    "put_back",
    "refuse_lifting",
    "refuse_lifting_role",
    "remove_holiday",
    "remove_reason",
    "rename_view",
    "require_an_owner",
    "require_may_manage",
    "save_view",
    "set_day_hours",
    "set_hours",
    "set_password",
    "set_up_clinic",
    "suggest_usual",
    "switch_available",
    "take_on",
    "take_out_of_service",
    "withdraw_time_off",
]
