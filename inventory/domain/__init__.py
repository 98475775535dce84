"""What changes stock. Every change is a movement; a trigger keeps the balances, these verbs keep the rules."""

from .adjustments import adjust
from .stock import put_back, stock_in, take
from .wishes import Taken, Wanted

__all__ = ["Taken", "Wanted", "adjust", "put_back", "stock_in", "take"]
