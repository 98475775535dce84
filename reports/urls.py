"""Table of contents."""

from django.urls import path

from reports import views

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("figures/<slug:figure>/", views.figure_rows, name="figure-rows"),
]
