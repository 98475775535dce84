"""Pages of lists that may be very long: nobody turns two thousand pages, so nobody counts them."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

MOST = 5_000  # rows that can be reached by turning pages; beyond that one searches or filters


class LongPaginator(Paginator):
    """Counts and reaches at most `MOST` rows, which stays fast at any length. `is_more` says that there are more."""

    @cached_property
    def _counted(self) -> int:
        found: Any = self.object_list
        return found.order_by()[: MOST + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._counted, MOST)

    @property
    def is_more(self) -> bool:
        return self._counted > MOST
