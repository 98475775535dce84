"""What changes stock. Every change is a movement; a trigger keeps the balances, these verbs keep the rules."""

from .adjustments import adjust, approve_adjustment, reject_adjustment
from .batches import block_batch, change_batch, unblock_batch
from .counts import approve_count, cancel_count, record_count, reopen_count, start_count, submit_count
from .items import add_item, change_item, deactivate_item, reactivate_item
from .prices import set_price
from .returns import Returned, bring_back
from .stock import put_back, stock_in, take
from .transfers import cancel_transfer, receive_transfer, send_transfer
from .wishes import Taken, Wanted

__all__ = [
    "Returned",
    "Taken",
    "Wanted",
    "add_item",
    "adjust",
    "approve_adjustment",
    "approve_count",
    "block_batch",
    "bring_back",
    "cancel_count",
    "cancel_transfer",
    "change_batch",
    "change_item",
    "deactivate_item",
    "put_back",
    "reactivate_item",
    "receive_transfer",
    "record_count",
    "reject_adjustment",
    "reopen_count",
    "send_transfer",
    "set_price",
    "start_count",
    "stock_in",
    "submit_count",
    "take",
    "unblock_batch",
]
