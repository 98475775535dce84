"""The page of a draft order or a pending delivery under somebody's hands: what is saved, and what is typed over it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from purchasing.forms import AddForm, OrderForm, OrderLineForm, ReceiptForm, ReceiptLineForm
from purchasing.models import Order, OrderLine, ReceiptLine
from staff.models import User


@dataclass
class Row:
    line: OrderLine | ReceiptLine
    form: Any


class Sheet:
    """An order or a receipt with its lines; `data` is what was typed over it. Saves nothing."""

    def __init__(self, document: Any, user: User, data: Mapping[str, Any] | None = None) -> None:
        self.document = document
        is_order = isinstance(document, Order)
        self.head: Any = OrderForm(data, order=document) if is_order else ReceiptForm(data, receipt=document)
        self.rows = [
            Row(line, (OrderLineForm if is_order else ReceiptLineForm)(self._typed(line, data), line=line))
            for line in document.lines.select_related("item")
        ]
        self.add = AddForm(data, user=user, autofocus=data is None)

    def _typed(self, line: Any, data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """A line that a colleague added meanwhile was not on the page: it shows what is saved."""
        return data if data and f"line-{line.pk}-price" in data else None

    def is_valid(self) -> bool:
        forms = [self.head, self.add, *(row.form for row in self._bound if not row.form.is_removed)]
        return min([form.is_valid() for form in forms])  # each is asked: all of them tell what is wrong

    @property
    def _bound(self) -> list[Row]:
        return [row for row in self.rows if row.form.is_bound]

    @property
    def lines(self) -> dict[UUID, Any]:
        """The terms of each line; None for one that is taken out."""
        return {row.line.pk: None if row.form.is_removed else row.form.terms for row in self._bound}

    def tell(self, message: str, field: str | None) -> None:
        """Put a refusal beside the field it names, else at the top."""
        for form in (self.add, *(row.form for row in self.rows)):
            prefix = f"{form.prefix}-"
            if field and field.startswith(prefix):
                name = field.removeprefix(prefix)
                form.add_error(name if name in form.fields else None, message)
                return
        self.head.add_error(field if field in self.head.fields else None, message)

    @property
    def is_wrong(self) -> bool:
        return any(form.errors for form in (self.head, self.add, *(row.form for row in self._bound)))

    @property
    def errors(self) -> list[str]:
        """What the form tells at its top: for tests and for the eye."""
        return [str(message) for messages in self.head.errors.values() for message in messages]
