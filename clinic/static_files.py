"""Static files as they are served: named by their content, compressed, the style sheets as one.

Each component has a sheet of its own. Sixteen requests would cost a phone on a slow line almost half a second, so
collecting writes them one after the other into a single sheet. With DEBUG, and in tests, each is linked by itself.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from whitenoise.storage import CompressedManifestStaticFilesStorage

ONE = "css/clinic.css"
#: Sheets in order, each with the media it is for. tokens.css names the order of the layers, so it comes first.
SHEETS = {
    "tokens": "",
    "reset": "",
    "layout": "",
    "shell": "",
    "buttons": "",
    "forms": "",
    "cards": "",
    "tables": "",
    "badges": "",
    "calendar": "",
    "month": "",
    "bill": "",
    "picker": "",
    "booking": "",
    "dialog": "",
    "chart": "",
    "rota": "",
    "people": "",
    "sections": "",
    "tabs": "",
    "queue": "",
    "screen": "",
    "files": "",
    "goods": "",
    "settings": "",
    "matrix": "",
    "small": "screen and (width <= 48rem)",
    "print": "print",
}


class Storage(CompressedManifestStaticFilesStorage):
    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            self.delete(ONE)
            self.save(ONE, ContentFile(self._all(paths).encode()))
            paths[ONE] = (self, ONE)
        yield from super().post_process(paths, dry_run, **options)

    def _all(self, paths: dict[str, Any]) -> str:
        parts = []
        for name, media in SHEETS.items():
            storage, path = paths[f"css/{name}.css"]
            with storage.open(path) as sheet:
                text = sheet.read().decode()
            parts.append(f"@media {media} {{\n{text}}}\n" if media else text)
        return "".join(parts)


def links() -> SafeString:
    """The elements that link the sheets."""
    if isinstance(staticfiles_storage, Storage) and not settings.DEBUG:
        return format_html('<link rel="stylesheet" href="{}">', staticfiles_storage.url(ONE))
    return format_html_join(
        "\n",
        '<link rel="stylesheet" href="{}" media="{}">',
        ((staticfiles_storage.url(f"css/{name}.css"), media or "all") for name, media in SHEETS.items()),
    )
