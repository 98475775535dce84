"""Table of contents of the pages about people who work here."""

from django.urls import path

from staff.team.cards import views as cards
from staff.team.fees import views as fees
from staff.team.leave import views as leave
from staff.team.people import views as people
from staff.team.roles import views as roles

urlpatterns = [
    path("", people.list_, name="person-list"),
    path("new/", people.new, name="person-new"),
    path("me/", people.me, name="my-page"),
    path("roles/", roles.list_, name="role-list"),
    path("roles/new/", roles.new, name="role-new"),
    path("roles/<uuid:pk>/", roles.edit, name="role-edit"),
    path("roles/<uuid:pk>/switch/", roles.switch, name="role-switch"),
    path("roles/held/<uuid:pk>/take/", roles.take, name="roleheld-take"),
    path("leave/", leave.list_, name="leave-list"),
    path("leave/ask/", leave.ask, name="leave-ask"),
    path("leave/<uuid:pk>/approve/", leave.approve, name="leave-approve"),
    path("leave/<uuid:pk>/reject/", leave.reject, name="leave-reject"),
    path("leave/<uuid:pk>/take-back/", leave.take_back, name="leave-take-back"),
    path("cards/<uuid:pk>/paper/", cards.paper, name="staffcard-paper"),
    path("cards/<uuid:pk>/revoke/", cards.revoke, name="staffcard-revoke"),
    path("postings/<uuid:pk>/end/", people.end_posting, name="posting-end"),
    path("practitioners/<uuid:pk>/fees/", fees.fees, name="practitioner-fees"),
    path("<uuid:pk>/", people.detail, name="person-detail"),
    path("<uuid:pk>/edit/", people.edit, name="person-edit"),
    path("<uuid:pk>/employ/", people.employ, name="person-employ"),
    path("<uuid:pk>/photo/", people.portrait, name="person-portrait"),
    path("<uuid:pk>/photo/set/", people.set_portrait, name="person-set-portrait"),
    path("<uuid:pk>/post/", people.post, name="person-post"),
    path("<uuid:pk>/roles/give/", roles.give, name="person-give-role"),
    path("<uuid:pk>/why/", roles.why, name="person-why"),
    path("<uuid:pk>/card/issue/", cards.issue, name="person-issue-card"),
    path("<uuid:pk>/deactivate/", people.deactivate, name="person-deactivate"),
    path("<uuid:pk>/activate/", people.activate, name="person-activate"),
]
