"""Table of contents."""

from django.urls import path

from appointments import views

urlpatterns = [
    path("", views.board, name="appointment-list"),
    path("week/", views.week, name="appointment-week"),
    path("month/", views.month, name="appointment-month"),
    path("schedule/", views.schedule, name="appointment-schedule"),
    path("schedule/export/", views.export, name="appointment-export"),
    path("new/", views.book, name="appointment-new"),
    path("of/<uuid:pk>/", views.of_customer, name="customer-appointments"),
    path("<uuid:pk>/", views.detail, name="appointment-detail"),
    path("<uuid:pk>/confirm/", views.confirm, name="appointment-confirm"),
    path("<uuid:pk>/check-in/", views.check_in, name="appointment-check-in"),
    path("<uuid:pk>/start/", views.start, name="appointment-start"),
    path("<uuid:pk>/complete/", views.complete, name="appointment-complete"),
    path("<uuid:pk>/cancel/", views.cancel, name="appointment-cancel"),
    path("<uuid:pk>/no-show/", views.mark_no_show, name="appointment-no-show"),
    path("<uuid:pk>/reschedule/", views.reschedule, name="appointment-reschedule"),
]
