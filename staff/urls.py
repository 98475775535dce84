"""Table of contents."""

from django.urls import include, path

from staff import views

urlpatterns = [
    path("", include("staff.sign_in.urls")),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/", views.set_password, name="set-password"),
    path("switch-branch/", views.switch_branch, name="switch-branch"),
    path("saved-views/save/", views.save_view, name="saved-view-save"),
    path("saved-views/<uuid:pk>/rename/", views.rename_view, name="saved-view-rename"),
    path("saved-views/<uuid:pk>/delete/", views.delete_view, name="saved-view-delete"),
]
