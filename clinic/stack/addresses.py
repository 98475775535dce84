"""Where the web server listens, and under which names it may be called."""

import contextlib
import errno
import os
import socket
import time
from dataclasses import dataclass

from clinic.stack.console import Stop

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - recognised, chosen only by HOST=
HERE = ["localhost", "127.0.0.1", "[::1]"]


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @property
    def bind(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def names(self) -> list[str]:
        """What ALLOWED_HOSTS takes: this machine, and how others on the network call it."""
        given = [name for name in os.environ.get("ALLOWED_HOSTS", "").split(",") if name]
        if self.host in EVERYWHERE:
            return [*HERE, *given, socket.gethostname(), f"{socket.gethostname()}.local", *lan()]
        return [*HERE, *given, f"[{self.host}]" if ":" in self.host else self.host]

    def links(self) -> list[str]:
        hosts = ["127.0.0.1", *lan()] if self.host in EVERYWHERE else [self.host]
        return [f"http://{f'[{host}]' if ':' in host else host}:{self.port}/" for host in hosts]


def chosen() -> Address:
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Stop(f"PORT={port} is no port; choose one from 1024 to 65535: PORT=8001 make run")
    return Address(os.environ.get("HOST") or "127.0.0.1", int(port))


def lan() -> list[str]:
    """This machine's addresses on the local network."""
    found: set[str] = set()
    with contextlib.suppress(OSError):
        found.update(socket.gethostbyname_ex(socket.gethostname())[2])
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("10.255.255.255", 9))  # sends nothing: only asks which address would be used
        found.add(probe.getsockname()[0])
    return sorted(address for address in found if not address.startswith("127."))


def refuse_taken(address: Address, patience: float) -> None:
    """Say so before anything starts. `patience` seconds are for a killed copy that is still ending."""
    deadline = time.monotonic() + patience
    while (reason := _refusal(address)) is not None:
        if time.monotonic() > deadline:
            raise reason
        time.sleep(0.1)


def _refusal(address: Address) -> Stop | None:
    try:
        _try(address.host, address.port)
    except PermissionError:
        return Stop(f"Port {address.port} needs root; choose another: PORT=8000 make run")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return Stop(f"Port {address.port} is taken; choose another: PORT={_free(address)} make run")
        return Stop(
            f"HOST={address.host} is not an address of this machine; let all in with: HOST=0.0.0.0 make run"
        )
    return None


def _try(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def _free(address: Address) -> int:
    for port in range(address.port + 1, min(address.port + 100, 65536)):
        with contextlib.suppress(OSError):
            _try(address.host, port)
            return port
    return 8000
