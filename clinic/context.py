"""What every page of the shell shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from clinic import registries


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or getattr(request, "branch", None) is None:
        return {"shell": {"demo": settings.DEMO}, "menu": []}
    return {
        "shell": {
            "demo": settings.DEMO,
            "clinic_name": request.branch.trade_name,
            "role_names": ", ".join(user.role_names),
            "branches": user.branches,
            "branch": request.branch,
        },
        "menu": registries.menu_for(user, request.path),
        "shortcuts": registries.shortcuts_for(user),
        "bar": registries.panels_for(user, "bar"),
    }
