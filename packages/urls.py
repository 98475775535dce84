"""Table of contents."""

from django.urls import path

from packages import views

urlpatterns = [
    path("setup/", views.setup_menu, name="setup-menu"),
    path("", views.package_list, name="package-list"),
    path("sell/", views.sell, name="package-sell"),
    path("plans/", views.plan_list, name="plan-list"),
    path("plans/new/", views.create_plan, name="plan-new"),
    path("plans/<uuid:pk>/", views.plan_detail, name="plan-detail"),
    path("plans/<uuid:pk>/edit/", views.change_plan, name="plan-edit"),
    path("treatments/", views.treatment_list, name="treatment-list"),
    path("treatments/new/", views.create_treatment, name="treatment-new"),
    path("treatments/<uuid:pk>/edit/", views.change_treatment, name="treatment-edit"),
    path("customers/<uuid:customer>/requirements/", views.requirement_list, name="requirement-list"),
    path("customers/<uuid:customer>/requirements/<uuid:pk>/meet/", views.meet, name="requirement-meet"),
    path("customers/<uuid:pk>/", views.customer_packages, name="customer-packages"),
    path("<uuid:pk>/", views.enrolment_detail, name="enrolment-detail"),
]
