"""The first run in the browser: from an empty database to the first booking."""
