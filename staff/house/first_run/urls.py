"""Table of contents of the first run; other apps add their steps at addresses of their own."""

from django.urls import path

from staff.house.first_run import views

urlpatterns = [
    path("", views.setup, name="setup"),
    path("kind/", views.kind, name="setup-kind"),
    path("hours/", views.hours, name="setup-hours"),
    path("people/", views.people, name="setup-people"),
    path("done/", views.done, name="setup-done"),
]
