"""Visits: free times, bookings, holds on people, rooms and devices, and a visit's life from asked for to completed.

May import packages, inventory, customers, staff and clinic. Words: a *slot* is a time somebody could come, a *span*
a stretch of time, a *shift* working hours with a way of giving them out, a *sitting* a shift of one day that several
people share, a *hold* a resource taken for a visit with its buffers, a *lane* a column of the day board, an *offer* a
free time shown or kept for somebody, an *ask* a visit on its way to a place.

Where to look:
- when is there room: `slots`, `days`, `serials` (arithmetic), `availability` (reads), `openings`, `proposals`, `advice`;
- taking it: `asks`, `checks`, `places`, `sittings`, and the verbs in `domain`;
- what it costs: `fees`, `policies`;
- the calendar's pages: `calendar`, `board`, `load`; the queue's: `queue`, `floor`, `queue_pages`;
- what must be true afterwards: `proofs`.
"""
