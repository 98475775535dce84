"""What signing in leaves behind: sessions, browsers one signed in with, second factors, PINs, links to set a password."""

import hashlib
from datetime import timedelta
from typing import Any

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils import compat

from clinic.models import Editable, Organisation, Row
from clinic.privacy import Privacy
from staff import browsers, one_time_codes

from .people import User

#: What a request may change of a session; the rest is when it began, and when it was last used.
OF_A_REQUEST = ("session_data", "expire_date", "user", "browser", "ip", "agent", "by_pin", "idle_minutes")


class SignInRules(Editable):
    """What an organisation has decided about signing in. One that has decided nothing has the defaults (`of`)."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="sign_in_rules")
    idle_minutes = models.PositiveSmallIntegerField(
        _("signed out after so many minutes without use"), default=60,
        help_text=_("5 to 720. Fewer count for whoever is signed in now too."),
    )  # fmt: skip
    longest_hours = models.PositiveSmallIntegerField(
        _("signed out after so many hours at the latest"), default=12,
        help_text=_("1 to 168. A working day and no more is usual. Fewer count for whoever is signed in now too."),
    )  # fmt: skip
    allows_pin = models.BooleanField(
        _("people change over with a PIN"), default=False,
        help_text=_("At a desk that several people share, where each has signed in fully before."),
    )  # fmt: skip
    pin_hours = models.PositiveSmallIntegerField(
        _("a PIN serves so many hours after signing in fully"), default=12, help_text=_("1 to 168.")
    )

    class Meta:
        verbose_name = _("rules of signing in")
        constraints = [
            models.CheckConstraint(
                name="signinrules_numbers",
                condition=Q(idle_minutes__range=(5, 720), longest_hours__range=(1, 168), pin_hours__range=(1, 168)),
                violation_error_message=_("A time is out of its range."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(_("Signing in"))

    @classmethod
    def of(cls, user: Any) -> "SignInRules":
        """Those of the organisation this person works at."""
        organisation_id = user.branch.organisation_id if user and user.branch else None
        return cls.objects.filter(organisation_id=organisation_id).first() or cls(
            organisation_id=organisation_id
        )


class OwnQuerySet(models.QuerySet):
    """Rows that nobody but their owner sees."""

    def visible_to(self, user: User) -> "OwnQuerySet":
        return self.filter(user_id=user.pk)


WRONG_PINS = 5  # then a browser is as strange as any other, until the person signs in fully there


class BrowserQuerySet(OwnQuerySet):
    def known_by(self, token: str) -> "BrowserQuerySet":
        """Of whoever signed in fully where this cookie is."""
        return self.filter(token_hash=Browser.hash_of(token), user__is_active=True) if token else self.none()

    def serving(self, rules: SignInRules) -> "BrowserQuerySet":
        """Where a PIN opens a session now."""
        if not rules.allows_pin:
            return self.none()
        since = timezone.now() - timedelta(hours=rules.pin_hours)
        return self.filter(signed_in_at__gt=since, wrong_pins__lt=WRONG_PINS, user__pin__isnull=False)


class Browser(Row):
    """A browser in which somebody signed in fully, known again by a cookie; one row for each of those who share it."""

    deletable = True

    user = models.ForeignKey(User, models.CASCADE, related_name="browsers")
    token_hash = models.CharField(max_length=64, editable=False)
    agent = models.CharField(max_length=200, blank=True)
    signed_in_at = models.DateTimeField(_("signed in fully"), default=timezone.now)
    wrong_pins = models.PositiveSmallIntegerField(default=0)

    objects = BrowserQuerySet.as_manager()
    privacy = Privacy(path=None, retention="staff", columns=("agent",), secret=("token_hash",))

    class Meta:
        verbose_name = _("browser")
        ordering = ["-signed_in_at"]
        constraints = [models.UniqueConstraint(name="browser_once_per_person", fields=["user", "token_hash"])]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        return browsers.name(self.agent)

    @staticmethod
    def hash_of(token: str) -> str:
        """Of 256 random bits: neither salt nor key is needed."""
        return hashlib.sha256(token.encode()).hexdigest()


class SessionManager(BaseSessionManager.from_queryset(OwnQuerySet)):
    pass


class Session(AbstractBaseSession):
    """One session, with whose it is and from where beside Django's own columns: so it can be listed, and ended by a row.

    Named by `handle` where it is shown; its key never leaves the cookie and this table.
    """

    append_only = False
    deletable = True

    handle = models.UUIDField(default=compat.uuid7, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    # Read from the session itself when it is written: a browser may be forgotten meanwhile.
    browser = models.ForeignKey(
        Browser, models.DO_NOTHING, null=True, related_name="sessions", db_constraint=False
    )
    begun_at = models.DateTimeField(_("signed in"), default=timezone.now)
    seen_at = models.DateTimeField(_("last used"), default=timezone.now)
    idle_minutes = models.PositiveSmallIntegerField(default=60)
    by_pin = models.BooleanField(default=False)
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)

    objects = SessionManager()
    privacy = Privacy(
        path=None, retention="staff", columns=("ip", "agent"), secret=("session_key", "session_data")
    )

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        ordering = ["-seen_at"]

    @property
    def shown(self) -> str:
        return browsers.name(self.agent)

    def save(self, *args: Any, force_update: bool = False, **kwargs: Any) -> None:
        if force_update:
            kwargs["update_fields"] = OF_A_REQUEST
            self.idle_minutes = self._no_longer("idle_minutes")
            self.expire_date = self._no_longer("expire_date")
        super().save(*args, force_update=force_update, **kwargs)

    def _no_longer(self, name: str) -> Any:
        """Once it is somebody's, its times only get shorter: a page under way doesn't undo what the house has decided."""
        mine = Value(getattr(self, name), output_field=self._meta.get_field(name))
        return Case(When(user=None, then=mine), default=Least(F(name), mine))

    @classmethod
    def get_session_store_class(cls) -> Any:
        from staff.sign_in.sessions import SessionStore  # it reads this model

        return SessionStore


class Authenticator(Row):
    """The secret that somebody's authenticator app shares with us (TOTP, RFC 6238), sealed.

    `last_step` is the newest time step that was used: none is accepted twice, nor an older one after it.
    """

    deletable = True

    user = models.OneToOneField(User, models.CASCADE, related_name="authenticator")
    sealed = models.TextField(editable=False)
    confirmed_at = models.DateTimeField(_("in use since"), null=True)
    last_step = models.BigIntegerField(default=0)

    objects = OwnQuerySet.as_manager()
    privacy = Privacy(path=None, retention="staff", secret=("sealed",))

    class Meta:
        verbose_name = _("authenticator app")

    def __str__(self) -> str:
        return f"{self.user}"


class RecoveryCode(Row):
    """One of those that stand in for a lost authenticator, each once."""

    deletable = True

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64, editable=False)
    used_at = models.DateTimeField(_("used"), null=True)

    privacy = Privacy(path=None, retention="staff", secret=("code_hash",))

    class Meta:
        verbose_name = _("recovery code")
        constraints = [models.UniqueConstraint(name="recoverycode_once", fields=["user", "code_hash"])]

    def __str__(self) -> str:
        return f"{self.user}"

    @staticmethod
    def hash_of(user: User, code: str) -> str:
        """Of 138 random bits: no slow hash is needed, and no key that could not be changed."""
        return hashlib.sha256(f"recovery {user.pk} {one_time_codes.recovery_code(code)}".encode()).hexdigest()


class Pin(Row):
    """What changes the person at a shared desk. Hashed like a password, after a key that lies outside the database."""

    deletable = True

    user = models.OneToOneField(User, models.CASCADE, related_name="pin")
    hashed = models.CharField(max_length=200, editable=False)

    privacy = Privacy(path=None, retention="staff", secret=("hashed",))

    class Meta:
        verbose_name = _("PIN")

    def __str__(self) -> str:
        return f"{self.user}"


class LinkQuerySet(models.QuerySet):
    def of(self, token: str) -> "LinkQuerySet":
        """The link with this key, while it serves."""
        return self.filter(
            token_hash=SetPasswordLink.hash_of(token), ended_at=None, expires_at__gt=timezone.now(), user__is_active=True
        )  # fmt: skip


class SetPasswordLink(Row):
    """A link by which somebody sets a password, once: to whom, by whom and why are kept when it has served."""

    class Reason(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        FORGOTTEN = "forgotten", _("Forgotten password")
        GIVEN = "given", _("Given by an administrator")

    user = models.ForeignKey(User, models.CASCADE, related_name="password_links")
    reason = models.CharField(_("why"), max_length=10, choices=Reason)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    sent_to = models.EmailField(_("sent to"), blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("works until"))
    used_at = models.DateTimeField(_("used"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = LinkQuerySet.as_manager()
    privacy = Privacy(path=None, retention="staff", columns=("sent_to",), secret=("token_hash",))

    class Meta:
        verbose_name = _("link to set a password")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="setpasswordlink_used_is_ended", condition=Q(used_at=None) | Q(ended_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}"

    @staticmethod
    def hash_of(token: str) -> str:
        """Of 256 random bits, like a browser's."""
        return hashlib.sha256(token.encode()).hexdigest()


class PasswordRequest(Row):
    """Somebody asked for a link. Kept for whatever was typed, so that asking takes as long for an account as for none;
    a job finds out whose it is, and deletes it."""

    deletable = True

    sealed = models.TextField(editable=False)
    ip = models.GenericIPAddressField(null=True)

    privacy = Privacy(path=None, retention="staff", columns=("ip",), secret=("sealed",))

    class Meta:
        verbose_name = _("request for a password")

    def __str__(self) -> str:
        return f"{self.created_at}"
