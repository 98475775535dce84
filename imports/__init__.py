"""Lists of a clinic that comes from elsewhere, read from CSV and spreadsheets: customers, items, stock, packages.

A file is checked whole before anything is written (a dry run with a report row by row), then written in one
transaction or not at all. Each app says what its lists look like (`importers.add`); this one reads, reports and runs.
Words: an *import* is one file's way through; a *line* is one row of it with clean values; a *finding* is what is wrong
with a line, or why it is left out. May import `clinic` and `staff`.
"""
