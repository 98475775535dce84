"""Table of contents."""

from django.urls import path

from customers import views

urlpatterns = [
    path("", views.list_, name="customer-list"),
    path("new/", views.register, name="customer-new"),
    path("options/", views.options, name="customer-options"),
    path("known/", views.known, name="customer-known"),
    path("export/", views.export, name="customer-export"),
    path("<uuid:pk>/", views.detail, name="customer-detail"),
    path("<uuid:pk>/timeline/", views.timeline, name="customer-timeline"),
    path("<uuid:pk>/history/", views.history, name="customer-history"),
    path("<uuid:pk>/merge/", views.merge, name="customer-merge"),
    path("<uuid:pk>/merge/undo/", views.undo_merge, name="customer-merge-undo"),
    path("<uuid:pk>/edit/", views.change, name="customer-edit"),
    path("<uuid:pk>/deactivate/", views.deactivate, name="customer-deactivate"),
    path("<uuid:pk>/reactivate/", views.reactivate, name="customer-reactivate"),
]
