"""Roles: the list, the matrix of one, and why a person may do something."""
