"""Signing in: the door, second factors, PINs, sessions, links to set a password."""
