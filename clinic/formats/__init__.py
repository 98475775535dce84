"""How dates and numbers look where Django would have it otherwise."""
