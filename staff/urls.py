"""Table of contents."""

from django.urls import path

from staff import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/", views.set_password, name="set-password"),
    path("switch-branch/", views.switch_branch, name="switch-branch"),
]
