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
    # The queue.
    path("queue/", views.queue, name="queue"),
    path("queue/next/<uuid:practitioner>/", views.call_next, name="queue-call-next"),
    path("queue/<uuid:pk>/call/", views.call, name="queue-call"),
    path("queue/<uuid:pk>/recall/", views.recall, name="queue-recall"),
    path("queue/<uuid:pk>/skip/", views.skip, name="queue-skip"),
    path("queue/<uuid:pk>/rejoin/", views.rejoin, name="queue-rejoin"),
    path("queue/<uuid:pk>/slip/", views.queue_slip, name="queue-slip"),
    path("queue/screen/renew/", views.renew_display, name="queue-display-renew"),
    path("<uuid:pk>/enter-queue/", views.enter_queue, name="appointment-enter-queue"),
    path("<uuid:pk>/prioritise/", views.prioritise, name="appointment-prioritise"),
]
