"""The verbs on the clinic, its people, and when they work, by concept.

Whoever changes when somebody works, or what is in service, takes the locks of those who book it first.
"""

from .branches import add_holiday, change_branch, change_prefix, remove_holiday, set_hours
from .cards import house_on_card, issue_staff_card, revoke_staff_card, void_card, write_card
from .clinics import AestheticReading, NewClinic, choose_aesthetic_rate, open_branch, set_up_clinic
from .departments import change_department, open_department
from .employees import change_person, employ, end_posting, post, set_portrait, take_on_person
from .leave import approve_leave, ask_for_leave, days_of_leave, reject_leave, take_leave_back
from .leaving import activate_person, deactivate_person
from .outages import put_back, take_out_of_service
from .password_links import answer_requests, ask_for_link, make_link, send_link, use_link
from .people import (
    add_person,
    change_preferences,
    lock_owners,
    note_sign_in,
    note_sign_out,
    refuse_lifting,
    refuse_lifting_role,
    require_an_owner,
    set_password,
)
from .pins import remove_pin, set_pin, use_pin
from .practitioners import (
    add_practitioner,
    change_practitioner,
    require_may_manage,
    set_day_hours,
    set_fee,
    set_weekly_hours,
    switch_available,
)
from .reasons import add_reason, remove_reason, suggest_usual
from .roles import add_role, change_role, give_role, switch_role, take_role, why_fixed
from .saved_views import delete_view, rename_view, save_view
from .second_factors import (
    begin_authenticator,
    confirm_authenticator,
    remove_authenticator,
    renew_recovery_codes,
    reseal_authenticators,
    reset_second_factor,
    use_code,
)
from .sessions import (
    change_sign_in_rules,
    end_session,
    end_sessions,
    forget_browser,
    know_browser,
    make_room,
    unlock,
)
from .setup import Owner, begin_setup, choose_preset, go_on_with_setup, take_on
from .time_off import LONGEST_TIME_OFF, mark_off, withdraw_time_off

__all__ = [
    "LONGEST_TIME_OFF",
    "AestheticReading",
    "NewClinic",
    "Owner",
    "activate_person",
    "add_holiday",
    "add_person",
    "add_practitioner",
    "add_reason",
    "add_role",
    "answer_requests",
    "approve_leave",
    "ask_for_leave",
    "ask_for_link",
    "begin_authenticator",
    "begin_setup",
    "change_branch",
    "change_department",
    "change_person",
    "change_practitioner",
    "change_preferences",
    "change_prefix",
    "change_role",
    "change_sign_in_rules",
    "choose_aesthetic_rate",
    "choose_preset",
    "confirm_authenticator",
    "days_of_leave",
    "deactivate_person",
    "delete_view",
    "employ",
    "end_posting",
    "end_session",
    "end_sessions",
    "forget_browser",
    "give_role",
    "go_on_with_setup",
    "house_on_card",
    "issue_staff_card",
    "know_browser",
    "lock_owners",
    "make_link",
    "make_room",
    "mark_off",
    "note_sign_in",
    "note_sign_out",
    "open_branch",
    "open_department",
    "post",
    "put_back",
    "refuse_lifting",
    "refuse_lifting_role",
    "reject_leave",
    "remove_authenticator",
    "remove_holiday",
    "remove_pin",
    "remove_reason",
    "rename_view",
    "renew_recovery_codes",
    "require_an_owner",
    "require_may_manage",
    "reseal_authenticators",
    "reset_second_factor",
    "revoke_staff_card",
    "save_view",
    "send_link",
    "set_day_hours",
    "set_fee",
    "set_hours",
    "set_password",
    "set_pin",
    "set_portrait",
    "set_up_clinic",
    "set_weekly_hours",
    "suggest_usual",
    "switch_available",
    "switch_role",
    "take_leave_back",
    "take_on",
    "take_on_person",
    "take_out_of_service",
    "take_role",
    "unlock",
    "use_code",
    "use_link",
    "use_pin",
    "void_card",
    "why_fixed",
    "withdraw_time_off",
    "write_card",
]
