"""The door of the application as a server calls it."""

import io
from wsgiref.util import setup_testing_defaults

import pytest

from clinic.wsgi import application

FORM = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\n\\ud800\r\n--x--\r\n'


def answer(method: str, path: str, kind: str, query: str = "") -> str:
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(FORM)), "wsgi.input": io.BytesIO(FORM), "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1",
    }  # fmt: skip
    setup_testing_defaults(environ)
    answered: list[str] = []
    list(application(environ, lambda status, headers: answered.append(status)))
    return answered[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "charset", ["hex", "zlib", "unicode_escape", "utf-16", "utf-7", "nonsense", '"a;b"', "utf-8"]
)
@pytest.mark.parametrize("how", ["charset={}", "charset*=us-ascii''{}", "Charset = {}"])
def test_a_strange_charset_is_not_asked(charset, how):
    kind = f"multipart/form-data; {how.format(charset)}; boundary=x"
    assert answer("GET", "/healthz", kind, "a=%ff").startswith("200")
    assert answer("POST", "/sign-in/", kind).startswith("403"), "the form was read, and had no token"
