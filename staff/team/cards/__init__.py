"""ID cards of colleagues."""
