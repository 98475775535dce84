"""Table of contents."""

from django.urls import path

from appointments import views

urlpatterns = [
    path("", views.board, name="appointment-list"),
    path("schedule/", views.schedule, name="appointment-schedule"),
    path("schedule/export/", views.export, name="appointment-export"),
    path("new/", views.book, name="appointment-new"),
    path("series/", views.series, name="appointment-series"),
    path("of/<uuid:pk>/", views.of_customer, name="customer-appointments"),
    path("availability/", views.availability, name="availability"),
    path("availability/<uuid:pk>/switch/", views.switch_available, name="availability-switch"),
    path("availability/<uuid:pk>/day/", views.set_day_hours, name="availability-day"),
    path("availability/<uuid:pk>/visits/", views.practitioner_hits, name="practitioner-hits"),
    path("availability/<uuid:pk>/visits/move/", views.move_off_practitioner, name="practitioner-move"),
    path("time-off/new/", views.mark_off, name="time-off-new"),
    path("time-off/<uuid:pk>/", views.time_off_hits, name="time-off-hits"),
    path("time-off/<uuid:pk>/move/", views.move_off_time_off, name="time-off-move"),
    path("time-off/<uuid:pk>/withdraw/", views.withdraw_time_off, name="time-off-withdraw"),
    path("out-of-service/new/", views.take_out_of_service, name="outage-new"),
    path("out-of-service/<uuid:pk>/", views.outage_hits, name="outage-hits"),
    path("out-of-service/<uuid:pk>/move/", views.move_off_outage, name="outage-move"),
    path("out-of-service/<uuid:pk>/put-back/", views.put_back, name="outage-put-back"),
    path("of/<uuid:pk>/open/", views.open_of_customer, name="customer-open"),
    path("<uuid:pk>/", views.detail, name="appointment-detail"),
    path("<uuid:pk>/confirm/", views.confirm, name="appointment-confirm"),
    path("<uuid:pk>/check-in/", views.check_in, name="appointment-check-in"),
    path("<uuid:pk>/start/", views.start, name="appointment-start"),
    path("<uuid:pk>/complete/", views.complete, name="appointment-complete"),
    path("<uuid:pk>/cancel/", views.cancel, name="appointment-cancel"),
    path("<uuid:pk>/undo-check-in/", views.undo_check_in, name="appointment-undo-check-in"),
    path("<uuid:pk>/reinstate/", views.reinstate, name="appointment-reinstate"),
    path("<uuid:pk>/note/", views.note, name="appointment-note"),
    path("<uuid:pk>/slip/", views.slip, name="appointment-slip"),
    path("charges/<uuid:pk>/waive/", views.waive, name="charge-waive"),
    path("follow-ups/", views.follow_ups, name="follow-ups"),
    path("follow-ups/<uuid:pk>/drop/", views.drop_follow_up, name="follow-up-drop"),
    path("<uuid:pk>/no-show/", views.mark_no_show, name="appointment-no-show"),
    path("<uuid:pk>/reschedule/", views.reschedule, name="appointment-reschedule"),
]
