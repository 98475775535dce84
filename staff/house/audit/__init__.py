"""The audit as it is read: the list with its filters, one row, all about one record, the file."""
