"""What messages add to a person's timeline: those that were sent."""

import datetime
from collections.abc import Iterator
from uuid import UUID

from clinic.registries import Moment
from notifications.models import Message
from staff.models import User


def of_messages(user: User, customer_id: UUID, before: datetime.datetime, limit: int) -> Iterator[Moment]:
    rows = Message.objects.visible_to(user).filter(customer=customer_id, sent_at__lt=before)
    for row in rows.select_related("sent_by").order_by("-sent_at")[:limit]:
        yield Moment(
            row.sent_at, "message-circle", str(row.get_kind_display()), row.body, by=str(row.sent_by)
        )
