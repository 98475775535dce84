"""Thin clients of the services that messages leave through and money comes in by. Each is off until it is configured."""
