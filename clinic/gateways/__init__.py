"""Thin clients of the services that messages leave through. Each is off until it is configured."""
