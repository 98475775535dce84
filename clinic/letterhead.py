"""What stands on every paper of a branch: its logo and colour, what it wants at the top and the foot."""

import base64
import mimetypes
from typing import Any

from django.core.files.storage import default_storage

from clinic import phones
from clinic.models import Branch


def of(branch: Branch) -> dict[str, Any]:
    """What `components/paper_head.html` and `components/paper_foot.html` draw, for the context of a paper."""
    return {
        "branch": branch,
        "phone": phones.shown(branch.phone),
        "logo": inside(str(branch.logo or "")),
    }


def inside(name: str) -> str:
    """A picture from storage as a data address, because a page on its way to paper opens nothing; empty if it is gone."""
    if not name or not default_storage.exists(name):
        return ""
    kind = mimetypes.guess_type(name)[0] or "image/png"
    with default_storage.open(name) as file:
        return f"data:{kind};base64,{base64.b64encode(file.read()).decode()}"
