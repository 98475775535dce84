"""Table of contents of what opens by a signed link."""

from django.urls import path

from billing.views import linked

urlpatterns = [
    path("<str:token>/", linked.page, name="paper-link"),
    path("<str:token>/pdf/", linked.file, name="paper-file"),
]
