"""What is owed: invoices with frozen lines, payments and what they went to, and the papers printed from them.

May import appointments, packages, customers, inventory, staff and clinic. Words: a *bill* is an invoice in plain
speech, whatever the law calls the paper; a *draft* has no number and may change, *issuing* makes it a document for
good, *collecting* records money that was seen, *due* is what is left of the total.
"""
