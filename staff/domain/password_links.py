"""Links by which somebody sets a password, once: for who is new, who forgot it, and where no mail leaves the house."""

import logging
import secrets
from datetime import timedelta
from urllib.parse import urlencode, urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clinic import events, sealing
from clinic.gateways import mail
from clinic.refusals import Refusal
from staff.models import PasswordRequest, SetPasswordLink, User

from .people import refuse_lifting

logger = logging.getLogger(__name__)
Reason = SetPasswordLink.Reason
LASTS = {
    Reason.INVITATION: timedelta(days=7),
    Reason.FORGOTTEN: timedelta(hours=1),
    Reason.GIVEN: timedelta(days=1),
}
MAILS_AN_HOUR = 3  # to one person; a stranger shall not fill a mailbox
WAITING_OF_AN_ADDRESS = 30  # until the job has answered them
GIVEN_UP = timedelta(hours=1)  # a mail server that is out of reach for longer: whoever asked has asked again


@transaction.atomic
def make_link(*, by: User, person: User, reason: str) -> str:
    """The address to hand to the person; it is said once and kept only as a hash. Earlier links serve no longer."""
    refuse_lifting(by=by, person=person)
    if not person.is_active:
        raise Refusal(_("%(name)s is switched off and can't sign in.") % {"name": person.full_name})
    return _new(person, reason, made_by=by)


@transaction.atomic
def send_link(*, by: User, person: User, reason: str) -> None:
    """The same by mail, to the address of the login."""
    if not mail.is_configured():
        raise Refusal(_("No mail leaves this house; hand the link over yourself."))
    if not person.email:
        raise Refusal(_("%(name)s has no e-mail address here.") % {"name": person.full_name})
    refuse_lifting(by=by, person=person)
    _mail(person, _new(person, reason, made_by=by, sent_to=person.email), reason)


def _new(person: User, reason: str, *, made_by: User | None, sent_to: str = "") -> str:
    SetPasswordLink.objects.filter(user=person, ended_at=None).update(ended_at=timezone.now())
    token = secrets.token_urlsafe(32)
    SetPasswordLink.objects.create(
        user=person, reason=reason, made_by=made_by, sent_to=sent_to, token_hash=SetPasswordLink.hash_of(token),
        expires_at=timezone.now() + LASTS[Reason(reason)],
    )  # fmt: skip
    events.record("person.password_link_made", subject=person, by=made_by, reason=reason)
    return urljoin(settings.PUBLIC_URL, f"{reverse('password-link')}?{urlencode({'key': token})}")


@transaction.atomic
def use_link(*, by: User | None, token: str, password: str) -> User:
    """Set the password of whom the link is for. It serves once: of two at the same moment one is refused."""
    link, now = SetPasswordLink.objects.of(token).select_related("user").first(), timezone.now()
    # By the row's own columns alone: who waited for another UPDATE is judged by what that one wrote.
    unused = SetPasswordLink.objects.filter(pk=link.pk, ended_at=None) if link else None
    if link is None or unused is None or not unused.update(used_at=now, ended_at=now):
        raise Refusal(_("This link serves no longer. Ask for another one."))
    person = link.user
    person.set_password(password)
    person.password_set_at, person.must_change_password = now, False
    person.save(update_fields=["password", "password_set_at", "must_change_password"])
    events.record("person.password_set", subject=person, by=person)
    return person


@transaction.atomic
def ask_for_link(*, by: User | None, typed: str, ip: str) -> None:
    """Somebody says they forgot the password of what they typed. It is looked up later, by a job: so that the answer is as
    quick, and says as little, whether there is such an account or not."""
    if PasswordRequest.objects.filter(ip=ip or None).count() >= WAITING_OF_AN_ADDRESS:
        raise Refusal(_("That was too often in a short time."))
    PasswordRequest.objects.create(sealed=sealing.seal(typed[:254]), ip=ip or None)
    transaction.on_commit(_offer, robust=True)


def _offer() -> None:
    from staff.tasks import answer_password_requests  # the task module imports this one

    answer_password_requests.apply_async(retry=False)


def answer_requests() -> int:
    """The job: mail a link to whom there is one for. What can't be sent now is tried again for an hour."""
    sent = 0
    for request in PasswordRequest.objects.order_by("id")[:100]:
        try:
            with transaction.atomic():
                if not PasswordRequest.objects.filter(pk=request.pk).delete()[0]:
                    continue  # another worker's
                sent += _answer(sealing.unseal(request.sealed))
        except OSError:
            logger.warning("The mail server can't be reached; a link to set a password waits.")
            if request.created_at < timezone.now() - GIVEN_UP:
                request.delete()
            break
    return sent


def _answer(typed: str) -> int:
    person = User.objects.named(typed)
    if person is None or not person.is_active or not person.email or not mail.is_configured():
        return 0
    lately = SetPasswordLink.objects.filter(
        user=person, reason=Reason.FORGOTTEN, created_at__gt=timezone.now() - timedelta(hours=1)
    )
    if lately.count() >= MAILS_AN_HOUR:
        return 0
    _mail(person, _new(person, Reason.FORGOTTEN, made_by=None, sent_to=person.email), Reason.FORGOTTEN)
    return 1


def _mail(person: User, link: str, reason: str) -> None:
    """In the language of whom it is for, not of whoever sends it."""
    with translation.override(person.language or settings.LANGUAGE_CODE):
        _write(person, link, reason)


def _write(person: User, link: str, reason: str) -> None:
    house = person.branch.organisation.name if person.branch else str(_("The clinic"))
    if reason == Reason.INVITATION:
        subject = _("Your login at %(house)s")
        text = _(
            "%(house)s has made a login for you. Your user name is %(username)s. Choose a password here:"
        )
    else:
        subject = _("Your password at %(house)s")
        text = _("Somebody, most likely you, asked for a new password of %(username)s. Choose one here:")
    end = _(
        "The link serves once, until %(until)s. If you did not expect this, leave it; nothing has changed."
    )
    until = (timezone.now() + LASTS[Reason(reason)]).astimezone(person.zone)
    said = {"house": house, "username": person.username, "until": f"{until:%d %b %Y, %H:%M}"}
    body = "\n\n".join([text % said, link, end % said])
    mail.send(person.email, subject % said, body, name=house)
