"""Drawing papers and keeping them: one file per document, form and state, made once whoever asks first."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.utils import timezone, translation

from billing import breakdown
from billing.models import Paper
from billing.paper import copies, parts, words
from billing.paper.kinds import Kind, kind_of
from billing.paper.sheet import Sheet
from clinic import phones

SHEETS = Path(settings.BASE_DIR) / "templates" / "billing" / "paper"


def ready(document: Any, form: str, language: str = words.ENGLISH, copy: str = Paper.Copy.ORIGINAL) -> Paper:
    """The kept paper of a document as it stands now; drawn and kept first where there is none."""
    kind = kind_of(document)
    kept = _kept(document, kind, form, language, copy)
    if kept and kept.file.storage.exists(str(kept.file.name)):
        return kept
    sheet = read(document, kind)  # puts what it read on the row, so the state is that of the sheet
    kept = _kept(document, kind, form, language, copy)
    name, content = (
        name_of(document, form, language, copy),
        ContentFile(_drawn(document, sheet, form, language, copy)),
    )
    if kept:  # its file was lost
        kept.file.save(name, content)
        return kept
    wanted = _wanted(document, kind, form, language, copy)
    made = Paper(customer_id=document.customer_id, **wanted)
    made.file.save(name, content, save=False)
    Paper.objects.bulk_create([made], ignore_conflicts=True)
    kept = Paper.objects.get(**wanted)
    if kept.pk != made.pk:  # somebody else drew it meanwhile
        made.file.storage.delete(str(made.file.name))
    return kept


def draw(document: Any, form: str, language: str = words.ENGLISH, copy: str = Paper.Copy.ORIGINAL) -> bytes:
    """The PDF, drawn now and not kept."""
    return _drawn(document, read(document, kind_of(document)), form, language, copy)


def read(document: Any, kind: Kind) -> Sheet:
    """In the clinic's language and time, whoever asks."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(document.branch.zone):
        return kind.sheet(document)


def name_of(document: Any, form: str, language: str = words.ENGLISH, copy: str = Paper.Copy.ORIGINAL) -> str:
    """LCB-26-27-00001.pdf, with what differs from the usual paper behind it."""
    more = [form] if form != Paper.Format.A4 else []
    more += [language] if language != words.ENGLISH else []
    more += [copy] if copy != Paper.Copy.ORIGINAL else []
    number = getattr(document, "number", "") or kind_of(document).name
    return "-".join([number.replace("/", "-"), *more]) + ".pdf"


def draw_sheet(sheet: Sheet, form: str, language: str, *, zone: ZoneInfo, mark: str = "") -> bytes:
    """The PDF of any sheet."""
    supplier = sheet.supplier
    facts = {
        "sheet": sheet,
        "form": str(form),
        "language": language,
        "mark": mark,
        "supplier": supplier,
        "supplier_phone": phones.shown(supplier.get("phone", "")),
        "supplier_place": breakdown.place(supplier.get("state", "")),
        "logo": parts.picture(supplier.get("logo", "")),
    }
    with translation.override(settings.LANGUAGE_CODE), timezone.override(zone):
        page = render_to_string("billing/paper/page.html", facts)
    from clinic import press  # 25 MB and most of a second: only a process that draws carries it

    is_slip = form == Paper.Format.SLIP
    return press.draw(
        page,
        SHEETS / "page.css",
        SHEETS / f"{form}.css",
        cut=is_slip,
        colour="" if is_slip else supplier.get("brand", ""),
    )


def _drawn(document: Any, sheet: Sheet, form: str, language: str, copy: str) -> bytes:
    mark = copies.mark(kind_of(document), sheet, copy)
    return draw_sheet(sheet, form, language, zone=document.branch.zone, mark=mark)


def _kept(document: Any, kind: Kind, form: str, language: str, copy: str) -> Paper | None:
    return Paper.objects.filter(**_wanted(document, kind, form, language, copy)).first()


def _wanted(document: Any, kind: Kind, form: str, language: str, copy: str) -> dict[str, Any]:
    return {
        "document": kind.kept,
        "document_id": document.pk,
        "format": form,
        "language": language,
        "copy": copy,
        "state": kind.state(document),
    }
