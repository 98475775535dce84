"""The verbs on consents: new editions of the texts, recording an answer, taking it back."""

import io
import json
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from clinic import events
from clinic.models import Organisation
from clinic.refusals import Refusal
from customers.models import Consent, ConsentKind, ConsentText, ConsentWithdrawal, Customer
from staff.models import User

STANDARD = Path(settings.BASE_DIR) / "customers" / "data" / "consents.json"
SIGNATURE_BYTES, SIGNATURE_SIDE = 200_000, 2000
ADULT = 18  # years; section 2(f) DPDP Act 2023 calls everybody younger a child


@transaction.atomic
def add_consent_text(
    *, by: User | None, organisation: Organisation, kind: str, language: str, title: str, text: str
) -> ConsentText:
    """The next edition of a text. What was signed before stays under the edition it was signed under."""
    locked = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    editions = ConsentText.objects.filter(organisation=locked, kind=kind, language=language)
    last = editions.aggregate(last=Max("edition"))["last"] or 0
    return ConsentText.objects.create(
        organisation=locked, kind=kind, language=language, edition=last + 1, title=title.strip(),
        text=text.strip().replace("\r\n", "\n"),
    )  # fmt: skip


@transaction.atomic
def add_standard_texts(*, by: User | None, organisation: Organisation) -> list[ConsentText]:
    """The texts that come with the product, for each kind and language of which there is none yet."""
    there = set(ConsentText.objects.filter(organisation=organisation).values_list("kind", "language"))
    return [
        add_consent_text(by=by, organisation=organisation, **row)
        for row in json.loads(STANDARD.read_text(encoding="utf-8"))
        if (row["kind"], row["language"]) not in there
    ]


@transaction.atomic
def record_consent(
    *,
    by: User,
    customer: Customer,
    text: ConsentText,
    is_accepted: bool,
    signer: str,
    relation: str = "",
    signature: bytes | None = None,
    treatment_id: UUID | None = None,
    about: str = "",
    appointment_id: UUID | None = None,
    ip: str = "",
    user_agent: str = "",
) -> Consent:
    """Keep an answer to the text that was shown. `signature` is a drawn one as PNG; without it `signer` was typed.

    A text that was renewed meanwhile must be read anew. For a child somebody else signs and says who that is. A booking
    reads consents under the customer's lock, so they are written under it.
    """
    kept = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if kept.erased_at or kept.merged_into_id:
        raise Refusal(_("This record takes no consents any more: it was merged or erased."))
    newest = ConsentText.objects.filter(organisation_id=kept.organisation_id).latest()
    if not newest.filter(pk=text.pk).exists():
        raise Refusal(
            _("This text has been renewed meanwhile. Read the new one and sign again."), field="text"
        )
    if text.kind == ConsentKind.TREATMENT and treatment_id is None:
        raise Refusal(_("Say which treatment the consent is for."), field="treatment")
    if kept.age is not None and kept.age < ADULT and not relation.strip():
        raise Refusal(
            _("For somebody under 18 a parent or guardian signs: say who that is."), field="relation"
        )
    consent = Consent.objects.create(
        customer=kept, text=text, is_accepted=is_accepted, signer=signer.strip(), relation=relation.strip(),
        signature=_clean(signature) if signature else None, treatment_id=treatment_id, about=about,
        appointment_id=appointment_id, at=timezone.now(), ip=ip or None, user_agent=user_agent[:200], by=by,
    )  # fmt: skip
    _tell("consent.recorded", consent, by)
    return consent


def _clean(signature: bytes) -> bytes:
    """The drawing as black strokes on white, whatever came with it. Refuses what is no drawing, and an empty one."""
    wrong = Refusal(_("The signature can't be read. Clear it and sign again."), field="signature")
    if len(signature) > SIGNATURE_BYTES:
        raise wrong
    try:
        with Image.open(io.BytesIO(signature), formats=["PNG"]) as drawn:
            if max(drawn.size) > SIGNATURE_SIDE:
                raise wrong
            strokes = drawn.convert("RGBA")
    except (OSError, ValueError, SyntaxError):
        raise wrong from None
    paper = Image.new("L", strokes.size, 255)
    paper.paste(strokes.convert("L"), mask=strokes.getchannel("A"))
    if not any(paper.histogram()[:129]):
        raise Refusal(
            _("Nothing is drawn yet: sign in the box, or type the name instead."), field="signature"
        )
    out = io.BytesIO()
    paper.save(out, "PNG", optimize=True)
    return out.getvalue()


@transaction.atomic
def withdraw_consent(*, by: User, consent: Consent, reason: str = "") -> ConsentWithdrawal:
    """Take a given consent back, from now on. It stays on record with what was signed."""
    Customer.objects.select_for_update(no_key=True).get(pk=consent.customer_id)
    if not consent.is_accepted:
        raise Refusal(_("What was declined can't be taken back. Record a new consent instead."))
    if ConsentWithdrawal.objects.filter(consent=consent).exists():
        raise Refusal(_("This consent has been taken back already."))
    withdrawal = ConsentWithdrawal.objects.create(
        consent=consent, reason=reason.strip(), at=timezone.now(), by=by
    )
    _tell("consent.withdrawn", consent, by)
    return withdrawal


def _tell(verb: str, consent: Consent, by: User) -> None:
    events.record(
        verb, subject=consent, by=by, branch_id=by.branch_id, customer_id=str(consent.customer_id),
        kind=consent.text.kind, treatment_id=str(consent.treatment_id or ""),
    )  # fmt: skip
