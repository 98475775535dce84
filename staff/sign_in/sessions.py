"""Django's sessions in the database, with whose each is: listed, ended by deleting a row, and over when left alone.

The longest time is the session's own expiry (`entering.stamp`). That it was used is written once a minute, not with every
page.
"""

from datetime import timedelta
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.utils import timezone

from staff.models import Session

WRITTEN_EVERY = timedelta(minutes=1)
#: What the columns beside Django's are read from; `entering.stamp` writes it into the session.
TOLD = "told"


class SessionStore(DatabaseSessions):
    #: Seconds after which it is over if it is left alone, and in any case; told to the page, which then empties itself.
    left_alone = at_most = 0

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        now = timezone.now()
        found = Session.objects.filter(session_key=self.session_key, expire_date__gt=now).first()
        if found is None or (found.user_id and now - found.seen_at > timedelta(minutes=found.idle_minutes)):
            self._session_key = None
            return {}
        if found.user_id and now - found.seen_at > WRITTEN_EVERY:
            Session.objects.filter(pk=found.pk).update(seen_at=now)
        if found.user_id:
            self.left_alone = found.idle_minutes * 60
            self.at_most = int((found.expire_date - now).total_seconds())
        return self.decode(found.session_data)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = cast(Session, super().create_model_instance(data))
        session.user_id = data.get(SESSION_KEY)
        told = data.get(TOLD, {})
        session.ip, session.agent = told.get("ip") or None, told.get("agent", "")
        session.browser_id, session.by_pin = told.get("browser"), told.get("by_pin", False)
        session.idle_minutes = told.get("idle_minutes", session.idle_minutes)
        return session
