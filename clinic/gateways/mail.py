"""E-mail through the server named in the settings, by Django's own backend; off until one is named."""

from collections.abc import Sequence
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMessage


def is_configured() -> bool:
    return bool(settings.EMAIL_URL)


def send(
    to: str, subject: str, text: str, *, name: str, reply_to: str = "", key: str = "",
    files: Sequence[tuple[str, bytes, str]] = (),
) -> None:  # fmt: skip
    """Hand over one mail from the house called `name`; `files` are (name, content, type).

    `key` makes its Message-ID, so that a mail sent twice can be known as one. Raises OSError when the server doesn't
    take it (SMTPException is one).
    """
    mail = EmailMessage(
        subject=" ".join(subject.split()),
        body=text,
        from_email=formataddr((" ".join(name.split()), settings.DEFAULT_FROM_EMAIL)),
        to=[to],
        reply_to=[reply_to] if reply_to else None,
        headers={"Message-ID": f"<{key}@clinic>"} if key else None,
    )
    for file in files:
        mail.attach(*file)
    mail.send()
