"""What we do and sell: the menu of treatments, plans of several sessions, and customers' enrolments in them.

May import customers, inventory, staff and clinic. Words: a *plan* is a package on the menu, an *enrolment* one that
somebody has bought, a *session* one of its counted visits: to come, booked or completed; an enrolment *lapses* after
its last day.
"""
