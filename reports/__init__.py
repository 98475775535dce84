"""Pages that read across apps: the dashboard. Owns no rows; may import every app below, nobody imports it.

"Billed" is the total of issued invoices, tax included, by the day of issue; "pending" is what is still due on them.
"""
