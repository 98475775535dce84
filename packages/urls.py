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
    path("plans/<uuid:pk>/price/", views.plan_price, name="plan-price"),
    path("treatments/", views.treatment_list, name="treatment-list"),
    path("treatments/new/", views.create_treatment, name="treatment-new"),
    path("treatments/<uuid:pk>/edit/", views.change_treatment, name="treatment-edit"),
    path("treatments/<uuid:pk>/price/", views.treatment_price, name="treatment-price"),
    path("export/", views.export, name="package-export"),
    path("liability/", views.liability, name="package-liability"),
    path("liability/file/", views.liability_file, name="package-liability-file"),
    path("sessions/<uuid:pk>/redeem/", views.redeem, name="session-redeem"),
    path("sessions/<uuid:pk>/give-proof/", views.give_proof, name="session-give-proof"),
    path("sessions/<uuid:pk>/send-code/", views.send_code, name="session-send-code"),
    path("sessions/<uuid:pk>/undo/", views.undo, name="session-undo"),
    path("customers/<uuid:customer>/requirements/", views.requirement_list, name="requirement-list"),
    path("customers/<uuid:customer>/requirements/<uuid:pk>/meet/", views.meet, name="requirement-meet"),
    path("customers/<uuid:pk>/", views.customer_packages, name="customer-packages"),
    path("<uuid:pk>/", views.enrolment_detail, name="enrolment-detail"),
    path("<uuid:pk>/freeze/", views.freeze, name="enrolment-freeze"),
    path("<uuid:pk>/unfreeze/", views.unfreeze, name="enrolment-unfreeze"),
    path("<uuid:pk>/extend/", views.extend, name="enrolment-extend"),
    path("<uuid:pk>/transfer/", views.transfer, name="enrolment-transfer"),
    path("<uuid:pk>/exchange/", views.exchange, name="enrolment-exchange"),
    path("<uuid:pk>/give-back/", views.give_back, name="enrolment-give-back"),
]
