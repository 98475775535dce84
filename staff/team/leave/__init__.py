"""Leave: asked for, decided, taken back."""
