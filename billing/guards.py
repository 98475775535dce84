"""When the database itself says no, people read a sentence all the same: the check before it was passed by a colleague."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from clinic.refusals import Refusal

#: By the name of the constraint that a trigger or a check gives.
SENTENCES: dict[str, Any] = {
    "billing_period_is_closed": _("The books of that day were closed meanwhile."),
    "billing_credit_within_its_line": _("More is credited than the line was billed with."),
    "billing_drawer_is_closed": _("That drawer was closed meanwhile."),
    "invoice_paid_within_what_is_owed": _("More would be paid than is owed. Load the page again."),
    "payment_goes_nowhere_twice": _("That payment went somewhere else meanwhile. Load the page again."),
}

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def told(verb: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Around a verb and its transaction: what one of these refuses becomes a Refusal."""

    @wraps(verb)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        try:
            return verb(*args, **kwargs)
        except IntegrityError as fault:
            diagnosis = getattr(fault.__cause__, "diag", None)
            sentence = SENTENCES.get(getattr(diagnosis, "constraint_name", None) or "")
            if sentence is None:
                raise
            raise Refusal(str(sentence)) from fault

    return guarded
