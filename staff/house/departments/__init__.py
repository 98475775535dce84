"""Settings pages of the departments of the branch worked at."""
