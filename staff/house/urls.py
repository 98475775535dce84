"""Table of contents of the settings that every house has."""

from django.urls import include, path

from staff.house import views
from staff.house.departments import views as departments
from staff.sign_in.views.rules import rules as sign_in_rules

urlpatterns = [
    path("", views.settings, name="settings"),
    path("identity/", views.identity, name="branch-identity"),
    path("logo/", views.logo, name="branch-logo"),
    path("tax/", views.tax, name="branch-tax"),
    path("hours/", views.hours, name="branch-hours"),
    path("holidays/add/", views.add_holiday, name="holiday-add"),
    path("holidays/<uuid:pk>/remove/", views.remove_holiday, name="holiday-remove"),
    path("papers/", views.papers, name="branch-papers"),
    path("records/", views.records, name="branch-records"),
    path("departments/", departments.list_, name="department-list"),
    path("departments/new/", departments.new, name="department-new"),
    path("departments/<uuid:pk>/", departments.edit, name="department-edit"),
    path("sign-in/", sign_in_rules, name="sign-in-rules"),
    path("audit/", include("staff.house.audit.urls")),
    path("reasons/", views.reasons, name="reason-list"),
    path("reasons/options/<slug:purpose>/", views.reason_options, name="reason-options"),
    path("reasons/add/", views.add_reason, name="reason-add"),
    path("reasons/<uuid:pk>/remove/", views.remove_reason, name="reason-remove"),
]
