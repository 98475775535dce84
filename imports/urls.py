"""Table of contents."""

from django.urls import path

from imports import views

urlpatterns = [
    path("", views.list_, name="import-list"),
    path("new/<slug:kind>/", views.new, name="import-new"),
    path("new/<slug:kind>/template/", views.template, name="import-template"),
    path("new/<slug:kind>/present/", views.present, name="import-present"),
    path("<uuid:pk>/", views.detail, name="import-detail"),
    path("<uuid:pk>/findings/", views.findings, name="import-findings"),
    path("<uuid:pk>/start/", views.start, name="import-start"),
    path("<uuid:pk>/drop/", views.drop, name="import-drop"),
]
