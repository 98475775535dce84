"""The product with nobody waiting in line: what the control run of a race talks to."""

from clinic.wsgi import application  # first, because it sets Django up

from appointments import places  # isort: skip

places.lock_resources = lambda ids: None

__all__ = ["application"]
