"""What people may type about stock."""

from .items import ItemForm
from .lists import MovementFilters, day_asked
from .stock import AnswerForm, StockAdjustForm, StockBlockForm, StockChangeForm, StockInForm, StockLabelForm
from .work import CountForm, CountRecordForm, ReceiveForm, SendForm, SendLines

__all__ = [
    "AnswerForm", "CountForm", "CountRecordForm", "ItemForm", "MovementFilters", "ReceiveForm", "SendForm",
    "SendLines", "StockAdjustForm", "StockBlockForm", "StockChangeForm", "StockInForm", "StockLabelForm", "day_asked",
]  # fmt: skip
