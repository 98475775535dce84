"""Servers on loopback that behave like the ones outside, as far as we speak with them."""
