"""The gateway for text messages as it is really asked, on this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from clinic.gateways import sms


@pytest.fixture
def gateway(settings):
    """What came in; `answers` may be changed to (status, headers)."""

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self):
            self.server.taken.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"]))),
                                      self.headers["Authorization"]))  # fmt: skip
            status, headers = self.server.answers
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_about):
            pass

    server = HTTPServer(("127.0.0.1", 0), Gateway)
    server.taken, server.answers = [], (200, {})
    settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/messages"
    settings.SMS_GATEWAY_TOKEN = "the-token"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_one_message_goes_to_the_gateway_with_its_token(gateway):
    sms.send("+919876543210", "Your visit is tomorrow.")
    sent = {"to": "+919876543210", "text": "Your visit is tomorrow."}
    assert gateway.taken == [("/messages", sent, "Bearer the-token")]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_it_is_not_sent_on_to_where_an_answer_points(gateway, status):
    gateway.answers = status, {"Location": "/elsewhere"}
    with pytest.raises(OSError, match=str(status)):
        sms.send("+919876543210", "Your visit is tomorrow.")
    assert [path for path, *_more in gateway.taken] == ["/messages"]
