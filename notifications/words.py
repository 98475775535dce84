"""The verbs on a branch's own words."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clinic import events, versions
from clinic.models import Branch
from clinic.refusals import Refusal, Stale
from notifications import wording
from notifications.models import MessageText
from staff.models import User


def words_of(branch: Branch) -> dict[tuple[str, str], str]:
    """The branch's own texts by occasion and language."""
    rows = MessageText.objects.filter(branch=branch).values_list("occasion", "language", "body")
    return {(occasion, language): body for occasion, language, body in rows}


def text_of(branch: Branch, occasion: str, language: str) -> MessageText | None:
    return MessageText.objects.filter(branch=branch, occasion=occasion, language=language).first()


@transaction.atomic
def change_text(
    *, by: User, branch: Branch, occasion: str, language: str, body: str, version: int
) -> MessageText:
    """Word an occasion in one's own way; `version` is 0 where the product's words stood. Waiting messages stay."""
    try:
        body = wording.check(body, wording.OCCASIONS[occasion])
    except ValueError as problem:
        raise Refusal(str(problem), field="body") from None
    row = text_of(branch, occasion, language)
    if row is None:
        row = _begin(branch, occasion, language, body, version)
    else:
        row.body = body
        versions.save(row, fields=["body"], version=version)
    events.record("message_text.changed", subject=row, by=by, branch_id=branch.pk, occasion=occasion)
    return row


def _begin(branch: Branch, occasion: str, language: str, body: str, version: int) -> MessageText:
    changed = Stale(
        _("Somebody else has just changed this text. What you typed is below; save again to replace theirs.")
    )
    if version:
        raise changed
    try:
        with transaction.atomic():
            return MessageText.objects.create(branch=branch, occasion=occasion, language=language, body=body)
    except IntegrityError:
        raise changed from None


@transaction.atomic
def reset_text(*, by: User, branch: Branch, occasion: str, language: str) -> None:
    """Back to the product's own words."""
    row = text_of(branch, occasion, language)
    if row:
        events.record("message_text.reset", subject=row, by=by, branch_id=branch.pk, occasion=occasion)
        row.delete()
