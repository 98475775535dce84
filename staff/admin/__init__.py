"""The administrator's door to people and to when they work."""

from . import people, practitioners

__all__ = ["people", "practitioners"]
