"""The administrator's door to people and to when they work."""

from . import departments, people, practitioners

__all__ = ["departments", "people", "practitioners"]
