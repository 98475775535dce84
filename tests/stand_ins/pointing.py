"""A server that keeps what it was asked and answers as it is told, with a redirect to itself for instance."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class _Answering(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.taken.append((self.path, json.loads(body or "null"), self.headers["Authorization"]))
        status, headers = self.server.answers
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_about: object) -> None:
        pass


@contextmanager
def answering() -> Iterator[Any]:
    """What came in is in `taken`; `answers` may be changed to (status, headers); `url` is where it listens."""
    server: Any = HTTPServer(("127.0.0.1", 0), _Answering)
    server.taken, server.answers, server.url = [], (200, {}), f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
