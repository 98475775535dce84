"""Pairs of keys. The public one stands in the environment; the private one is a file that belongs somewhere else."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyrage

MARK = "AGE-SECRET-KEY-"


@dataclass(frozen=True)
class Pair:
    public: str
    private: str


def make_pair() -> Pair:
    identity = pyrage.x25519.Identity.generate()
    return Pair(str(identity.to_public()), str(identity))


def write_private(pair: Pair, path: Path) -> None:
    """As age-keygen writes it, for its owner alone. Never over another one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(
            f"# created: {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n# public key: {pair.public}\n{pair.private}\n"
        )


def split(text: str) -> list[str]:
    """The public keys of a setting that may hold several, with commas: any of their private ones opens."""
    return [key.strip() for key in text.split(",") if key.strip()]


def recipients(public: list[str]) -> list["pyrage.x25519.Recipient"]:
    """ValueError with a sentence where one of them is no public key."""
    found = []
    for key in public:
        try:
            found.append(pyrage.x25519.Recipient.from_str(key))
        except pyrage.RecipientError:
            raise ValueError(f"BACKUP_PUBLIC_KEY is no public key: {key[:8]}...") from None
    if not found:
        raise ValueError("BACKUP_PUBLIC_KEY is missing; make a pair of keys with: make backup-key")
    return found


def identities(path: Path) -> list["pyrage.x25519.Identity"]:
    """The private keys in a file; ValueError with a sentence where there is none."""
    try:
        lines = path.read_text().split()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"The key {path} can't be read.") from None
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith(MARK)]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise ValueError(f"{path} is no private key of backups.")
    return found


def public_of(path: Path) -> str:
    """The public keys that belong to the private ones of a file, as the setting wants them."""
    return ",".join(str(identity.to_public()) for identity in identities(path))


def opener(path: Path, public: list[str]) -> list["pyrage.x25519.Identity"]:
    """The private keys of a file, if it is there and belongs to the public ones in use; else none."""
    try:
        return identities(path) if set(split(public_of(path))) & set(public) else []
    except ValueError:
        return []
