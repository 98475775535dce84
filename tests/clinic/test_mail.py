"""Mails as they leave: nothing that somebody typed adds a header or an address."""

import pytest
from django.core import mail as outbox
from django.core.mail import BadHeaderError

from clinic.gateways import mail

EVIL = "Your bill\r\nBcc: everybody@evil.example\r\n\r\nother words"


def sent(**more):
    mail.send(**{"to": "priya@example.in", "subject": "Your bill", "text": "Here.", "name": "Linqs"} | more)
    (message,) = outbox.outbox
    return message


def test_lines_in_a_subject_or_a_name_become_one():
    message = sent(subject=EVIL, name=EVIL).message()
    assert message["Subject"] == "Your bill Bcc: everybody@evil.example other words"
    assert message["Bcc"] is None
    assert message.get_payload() == "Here."


@pytest.mark.parametrize("field", ["to", "reply_to", "key"])
def test_lines_in_an_address_are_refused(field):
    with pytest.raises(BadHeaderError):
        sent(**{field: "priya@example.in\r\nBcc: everybody@evil.example"}).message()
