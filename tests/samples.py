"""One of every paper with the same words each time: `python -m tests.samples FOLDER` writes them as PDF and PNG.

`make samples` draws the pictures in `tests/billing/samples` anew, which the suite compares with what is drawn now. Look
at each before you commit it. The sheets are written out here and need no database; that sheets say what the rows say
is tried in tests/billing/test_papers.py.
"""

import io
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import django
import pypdfium2
from PIL import Image, ImageChops, ImageFilter

KEPT = Path(__file__).parent / "billing" / "samples"
ZONE = ZoneInfo("Asia/Kolkata")
DPI, KEPT_DPI = 80, 36
PATCH = 24  # pixels of a kept picture
FURTHEST = 12  # that two drawings of one paper may be apart


@dataclass(frozen=True)
class Sample:
    """A sheet in one form."""

    name: str
    sheet: object
    form: str
    language: str
    mark: str

    @property
    def file(self) -> str:
        return f"{self.name}-{self.form}-{self.language}"

    def draw(self) -> bytes:
        from billing.paper.keeping import draw_sheet

        return draw_sheet(self.sheet, self.form, self.language, zone=ZONE, mark=self.mark)


def every() -> Iterator[Sample]:
    """Each document in each format in English; some in Hindi as well."""
    from tests.sample_sheets import HINDI, LONG, sheets

    for name, (sheet, mark) in sheets().items():
        for form in ("a4", "a5", "slip"):
            if form != "slip" or name not in LONG:
                yield Sample(name, sheet, form, "en", mark)
            if (name, form) in HINDI:
                yield Sample(name, sheet, form, "hi", mark)


def pages(pdf: bytes, dpi: int) -> list[Image.Image]:
    """Each page as a grey picture."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L") for page in document]
    finally:
        document.close()


def picture(pdf: bytes) -> Image.Image:
    """The first page, small, in sixteen greys."""
    return pages(pdf, KEPT_DPI)[0].quantize(16).convert("L")


def difference(one: Image.Image, other: Image.Image) -> int:
    """How far two papers are apart at the spot where they differ most, from 0 to 255.

    Blurred and taken by patches of 17 mm, so that another version of a font moves little: a pixel's shift of everything
    makes up to 10, the nearest two documents 13.
    """
    other = other.resize(one.size)
    blurred = [image.filter(ImageFilter.BoxBlur(3)) for image in (one, other)]
    apart = ImageChops.difference(*blurred)
    return apart.resize((apart.width // PATCH, apart.height // PATCH), Image.Resampling.BOX).getextrema()[1]


def keep(sample: Sample, folder: Path) -> None:
    buffer = io.BytesIO()
    picture(sample.draw()).quantize(16).save(buffer, "png", optimize=True)
    (folder / f"{sample.file}.png").write_bytes(buffer.getvalue())


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    django.setup()
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for sample in every():
        if folder.resolve() == KEPT.resolve():
            keep(sample, folder)
            continue
        pdf = sample.draw()
        (folder / f"{sample.file}.pdf").write_bytes(pdf)
        for number, page in enumerate(pages(pdf, DPI), 1):
            page.save(folder / f"{sample.file}-{number}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
