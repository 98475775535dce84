"""Table of contents of the audit."""

from django.urls import path

from staff.house.audit import views

urlpatterns = [
    path("", views.list_, name="audit-list"),
    path("export/", views.export, name="audit-export"),
    path("of/<slug:table>/<slug:record>/", views.record, name="audit-record"),
    path("<slug:audit>/", views.detail, name="audit-detail"),
]
