"""Where a request ends, as gunicorn sees it with the settings of the containers: what could end in two places is refused.

Otherwise a proxy in front and the web process could take the end of one person's request for the beginning of another's.
"""

import re
import socket
import subprocess
import sys
import time

import pytest

from clinic.stack import places

APPLICATION = """
def application(environ, start):
    body = environ["wsgi.input"].read()
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
"""
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    """gunicorn with the options of the Dockerfile, before an application that answers with the body."""
    folder = tmp_path_factory.mktemp("door")
    (folder / "echo.py").write_text(APPLICATION)
    asked = re.search(r'"--worker-class", "(\w+)"', (places.ROOT / "Dockerfile").read_text())[1]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "echo", "--bind", f"127.0.0.1:{port}", "--worker-class", asked, "--threads", "2",
         "--no-control-socket", "--forwarded-allow-ips", "*"], cwd=folder, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as asked_for:
            if not asked_for.connect_ex(("127.0.0.1", port)):
                break
        time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(20)


def told(port: int, message: bytes) -> list[int]:
    """The status of each answer that comes before the connection is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(message)
        connection.shutdown(socket.SHUT_WR)
        said = b""
        while piece := connection.recv(65536):
            said += piece
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", said)]


def post(*headers: str, body: bytes = SMUGGLED) -> bytes:
    lines = ["POST / HTTP/1.1", "Host: x", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def test_a_message_with_one_end_is_taken(door):
    assert told(door, post("Content-Length: 4", "Connection: close", body=b"text")) == [200]
    chunked = b"4\r\ntext\r\n0\r\n\r\n"
    assert told(door, post("Transfer-Encoding: chunked", "Connection: close", body=chunked)) == [200]


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 0", f"Content-Length: {len(SMUGGLED)}"),
        ("Content-Length: +5",),
        ("Content-Length: 0x5",),
        ("Content-Length: 5, 5",),
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding : chunked",),
        ("Content-Length : 0",),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        (" Transfer-Encoding: chunked",),
        ("Content_Length: 0", "Transfer-Encoding:\x0bchunked"),
    ],
    ids=str,
)
def test_a_message_that_could_end_in_two_places_is_refused_and_ends_the_connection(door, headers):
    answers = told(door, post(*headers, body=b"0\r\n\r\n" + SMUGGLED))
    assert len(answers) == 1 and answers[0] in (400, 501)


@pytest.mark.parametrize(
    "chunk", [b"4 \r\ntext", b"+4\r\ntext", b"0x4\r\ntext", b"4\ntext", b"-1\r\n", b"4\r\ntextmore"]
)
def test_chunks_are_read_strictly(door, chunk):
    answers = told(door, post("Transfer-Encoding: chunked", body=chunk + b"\r\n0\r\n\r\n" + SMUGGLED))
    assert answers in ([400], [], [500]), answers
