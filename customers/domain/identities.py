"""National ids: who sees one, and under which key they are kept."""

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import events, sealing
from clinic.refusals import Refusal
from customers import identities
from customers.models import Customer
from staff.models import User

AT_ONCE = 500


@transaction.atomic
def show_identity(*, by: User, customer: Customer) -> str:
    """The whole national id, as it stands on the card; who asked for it is kept."""
    number = sealing.unseal(customer.identity_sealed)
    if not number:
        raise Refusal(_("No national id is kept of %(name)s.") % {"name": customer.full_name})
    events.record("customer.identity_shown", subject=customer, by=by, branch_id=customer.home_branch_id)
    return identities.shown(customer.identity_kind, number)


def reseal(*, by: User | None) -> int:
    """Seal every national id with the newest key and find it by the newest index, some at a time; returns how many.

    May be repeated.
    """
    keys = list(Customer.objects.exclude(identity_sealed="").order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(keys), AT_ONCE):
        with transaction.atomic():
            for customer in (
                Customer.objects.select_for_update(no_key=True, of=("self",))
                .filter(pk__in=keys[first : first + AT_ONCE])
                .exclude(identity_sealed="")
                .order_by("pk")
            ):
                number = sealing.unseal(customer.identity_sealed)
                customer.identity_sealed = sealing.seal(number)
                customer.identity_index = sealing.index(identities.compared(customer.identity_kind, number))
                customer.save(update_fields=["identity_sealed", "identity_index"])
    return len(keys)
