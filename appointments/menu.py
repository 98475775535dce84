"""What the desk chooses from when it books: treatments, due sessions, and who gives what."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from customers.models import Customer
from packages.models import Performer, Session, Treatment
from packages.queries import bookable_sessions
from staff.models import Practitioner, User


@dataclass(frozen=True)
class Menu:
    """Read once for a page, whatever the number of parts of the visit. `due` are sessions of the customer's packages."""

    treatments: tuple[Treatment, ...]
    practitioners: tuple[Practitioner, ...]
    due: tuple[Session, ...]
    performers: dict[UUID, set[UUID]]

    @classmethod
    def of(cls, user: User, customer: Customer | None) -> "Menu":
        treatments = tuple(Treatment.objects.visible_to(user).active())
        here = Practitioner.objects.visible_to(user).active()
        practitioners = here.select_related("resource", "user", "department")
        today = timezone.localdate(timezone=user.branch.zone) if user.branch else timezone.localdate()
        return cls(
            treatments=treatments,
            practitioners=tuple(practitioners.order_by("resource__name")),
            due=tuple(bookable_sessions(customer.pk, today)) if customer else (),
            performers=_performers(treatment.pk for treatment in treatments),
        )

    @property
    def by_department(self) -> list[tuple[str, Any]]:
        """Choices of a practitioner: those of no department first, then each department's."""
        alone = [(str(one.pk), one.resource.name) for one in self.practitioners if one.department is None]
        departments = {one.department for one in self.practitioners if one.department}
        return alone + [
            (
                each.name,
                [(str(one.pk), one.resource.name) for one in self.practitioners if one.department == each],
            )
            for each in sorted(departments, key=lambda each: (each.position, each.name))
        ]

    def may_give(self, treatment: Treatment) -> list[Practitioner]:
        """Everybody, unless the treatment names its performers."""
        named = self.performers.get(treatment.pk)
        return [each for each in self.practitioners if named is None or each.pk in named]


def _performers(treatments: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    rows = Performer.objects.filter(treatment__in=list(treatments))
    for treatment_id, practitioner_id in rows.values_list("treatment_id", "practitioner_id"):
        found.setdefault(treatment_id, set()).add(practitioner_id)
    return found
