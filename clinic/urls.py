"""The table of contents of the whole product."""

from django.contrib import admin
from django.urls import include, path

from clinic import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("brand.css", views.brand, name="brand"),
    path("search/", views.search, name="search"),
    path("admin/", admin.site.urls),
    path("", include("reports.urls")),
    path("", include("staff.urls")),
    path("staff/", include("staff.team.urls")),
    path("imports/", include("imports.urls")),
    path("setup/", include("staff.house.first_run.urls")),
    path("settings/backups/", include("clinic.backups.urls")),
    path("settings/", include("staff.house.urls")),
    path("customers/", include("customers.urls")),
    path("inventory/", include("inventory.urls")),
    path("packages/", include("packages.urls")),
    path("purchasing/", include("purchasing.urls")),
    path("appointments/", include("appointments.urls")),
    path("queue/", include("appointments.screen_urls")),
    path("billing/", include("billing.urls")),
    path("papers/", include("billing.public_urls")),
    path("pay/", include("billing.pay_urls")),
    path("messages/", include("notifications.urls")),
]
