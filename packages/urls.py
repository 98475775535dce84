"""Table of contents."""

from django.urls import path

from packages import views

urlpatterns = [
    path("", views.package_list, name="package-list"),
    path("plans/", views.plan_list, name="plan-list"),
    path("customers/<uuid:pk>/", views.customer_packages, name="customer-packages"),
    path("<uuid:pk>/", views.enrolment_detail, name="enrolment-detail"),
]
