"""Visits: free times, bookings, holds on people, rooms and devices, and a visit's life from booked to completed.

May import packages, inventory, customers, staff and clinic. Words: a *slot* is a time somebody could come, a *span*
a stretch of time, a *hold* a resource taken for a visit with that resource's own buffers, a *lane* a column of the
day board, an *offer* a free time shown to somebody whose wish was refused.
"""
