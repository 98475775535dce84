"""Documents on paper: what each says (a `Sheet`), drawn once per form and state, kept, and there on the first click.

`kinds.py` is the list of what can be printed; a kind is a function from a document to its sheet. The words come from
here and from `locale/`, the looks from `templates/billing/paper`, the drawing from clinic/press.py.
"""

from .keeping import draw, name_of, ready
from .kinds import kind_of
from .statements import Entry, Statement, draw_statement

__all__ = ["Entry", "Statement", "draw", "draw_statement", "kind_of", "name_of", "ready"]
