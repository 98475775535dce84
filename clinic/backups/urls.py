"""Table of contents of backups."""

from django.urls import path

from clinic.backups import views

urlpatterns = [
    path("", views.list_, name="backup-list"),
    path("make/", views.make, name="backup-make"),
]
