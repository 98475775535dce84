"""The settings pages of a branch: what it is called, when it is open, what its papers say."""
