"""Text messages: one POST of {"to", "text"} to the gateway named in the settings, with its token as bearer."""

from django.conf import settings

from clinic.gateways import outside


def is_configured() -> bool:
    return bool(settings.SMS_GATEWAY_URL)


def send(to: str, text: str) -> None:
    """Hand over one message; `to` as +91... Raises OSError when the gateway doesn't take it."""
    with outside.session() as session:
        answer = session.post(
            settings.SMS_GATEWAY_URL,
            json={"to": to, "text": text},
            headers={"Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}"},
            timeout=outside.PATIENCE,
        )
    answer.raise_for_status()
