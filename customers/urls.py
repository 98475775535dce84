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
    path("<uuid:pk>/data/", views.data, name="customer-data"),
    path("<uuid:pk>/hand-out/", views.hand_out, name="customer-hand-out"),
    path("<uuid:pk>/archive/", views.download, name="customer-archive"),
    path("<uuid:pk>/erase/", views.erase, name="customer-erase"),
    path("<uuid:pk>/edit/", views.change, name="customer-edit"),
    path("<uuid:pk>/household/", views.household, name="customer-household"),
    path("<uuid:pk>/household/join/", views.join_household, name="customer-join-household"),
    path("<uuid:pk>/household/leave/", views.leave_household, name="customer-leave-household"),
    path("<uuid:pk>/identity/", views.show_identity, name="customer-show-identity"),
    path("<uuid:pk>/deactivate/", views.deactivate, name="customer-deactivate"),
    path("<uuid:pk>/reactivate/", views.reactivate, name="customer-reactivate"),
]
