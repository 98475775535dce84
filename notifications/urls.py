"""Table of contents."""

from django.urls import path

from notifications import paper_pages, views, wording_pages

urlpatterns = [
    path("", views.message_list, name="message-list"),
    path("channels/try-mail/", wording_pages.try_mail, name="message-try-mail"),
    path("channels/", wording_pages.channels, name="message-channels"),
    path("texts/<slug:occasion>/", wording_pages.change_text, name="message-text"),
    path("texts/<slug:occasion>/preview/", wording_pages.preview_text, name="message-text-preview"),
    path("texts/<slug:occasion>/reset/", wording_pages.reset_text, name="message-text-reset"),
    path("<uuid:pk>/sent/", views.sent, name="message-sent"),
    path("<uuid:pk>/not-sent/", views.not_sent, name="message-not-sent"),
    path("of-visit/<uuid:pk>/", views.of_visit, name="appointment-messages"),
    path("of-follow-up/<uuid:pk>/", views.of_follow_up, name="follow-up-message"),
    path("of-session/<uuid:pk>/", views.of_session, name="session-message"),
    path("of-offer/<uuid:pk>/", views.of_offer, name="offer-message"),
    path("of-paper/<slug:paper>/<uuid:pk>/", paper_pages.of_paper, name="billpaper-messages"),
    path("of-paper/<slug:paper>/<uuid:pk>/send/", paper_pages.send, name="billpaper-send"),
    path("<uuid:pk>/again/", paper_pages.again, name="message-again"),
    path("alerts/", views.alert_list, name="alert-list"),
    path("alerts/<uuid:pk>/seen/", views.seen, name="alert-seen"),
]
