"""Django's own list of what a site on the internet must not forget."""

import os
import subprocess
import sys

import pytest

from clinic.stack import places

DEPLOYED = {"BEHIND_TLS": "1", "SECRET_KEY": "3vQ-9pXw" * 8 + "aBcDeF", "ALLOWED_HOSTS": "clinic.example"}


def check(**env: str) -> subprocess.CompletedProcess:
    ours = {
        name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"
    }  # of browsers
    return subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=places.ROOT, env=ours | {"DJANGO_SETTINGS_MODULE": "clinic.settings"} | env, capture_output=True, text=True,
    )  # fmt: skip


def test_behind_tls_nothing_is_missing():
    done = check(**DEPLOYED)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("env", "said"), [({"BEHIND_TLS": "0"}, "SESSION_COOKIE_SECURE"), ({"SECRET_KEY": "short"}, "SECRET_KEY")]
)
def test_what_is_missing_is_said(env, said):
    done = check(**DEPLOYED | env)
    assert done.returncode == 1
    assert said in done.stderr


@pytest.mark.parametrize(
    ("tls", "told"),
    [
        ("1", "__Host-session __Host-csrf True True 31536000 True"),
        ("0", "clinic-session clinic-csrf False False 0 False"),
    ],
)
def test_cookies_and_transport_behind_tls(tls, told):
    script = (
        "from clinic import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        " s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS)"
    )
    env = {name: value for name, value in os.environ.items() if not name.endswith("COOKIE_NAME")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=places.ROOT,
        env=env | {"BEHIND_TLS": tls},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == told, done.stderr
