"""Customers, who are the patients too: their record, who may see it, and the summary row that lists sort by.

May import staff and clinic. Words: the *home* is the branch that registered somebody, *seen at* another branch that
knows them, *standing* what upper apps tell of them (packages, last visit, what is due).
"""
