"""Argon2 with the memory that OWASP asks for; Django's default would take 100 MiB for each sign-in."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class ClinicArgon2(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
