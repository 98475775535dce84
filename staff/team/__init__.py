"""Pages about the people who work here: their records, roles, leave and cards."""
