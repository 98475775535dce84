"""The waiting room's screen: an address of its own, short enough to be typed into a television once."""

from django.urls import path

from appointments import views

urlpatterns = [path("<slug:display_key>/", views.display, name="queue-display")]
