"""Table of contents."""

from django.urls import path

from customers import views
from customers.views import cards, consents, documents

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
    path("<uuid:customer>/files/", documents.document_list, name="document-list"),
    path("<uuid:customer>/files/new/", documents.add_document, name="document-add"),
    path("<uuid:customer>/photos/", documents.photo_list, name="photo-list"),
    path("<uuid:customer>/photos/compare/", documents.compare, name="photo-compare"),
    path("files/<uuid:pk>/", documents.file, name="document-file"),
    path("files/<uuid:pk>/thumbnail/", documents.thumbnail, name="document-thumbnail"),
    path("files/<uuid:pk>/edit/", documents.change_document, name="document-change"),
    path("files/<uuid:pk>/remove/", documents.remove_document, name="document-remove"),
    path("files/<uuid:pk>/restore/", documents.restore_document, name="document-restore"),
    path("files/<uuid:pk>/choose-portrait/", documents.choose_portrait, name="document-choose-portrait"),
    path("<uuid:customer>/consents/", consents.consent_list, name="consent-list"),
    path("<uuid:customer>/consents/new/", consents.record_consent, name="consent-record"),
    path("consents/<uuid:pk>/", consents.show_consent, name="consent-show"),
    path("consents/<uuid:pk>/withdraw/", consents.withdraw_consent, name="consent-withdraw"),
    path("consents/<uuid:pk>/paper/", consents.consent_paper_, name="consent-paper"),
    path("consents/<uuid:pk>/signature/", consents.signature, name="consent-signature"),
    path("consents/standard-texts/", consents.add_standard_texts, name="consent-standard-texts"),
    path("<uuid:customer>/cards/", cards.card_list, name="card-list"),
    path("<uuid:customer>/cards/issue/", cards.issue_card, name="card-issue"),
    path("cards/<uuid:pk>/revoke/", cards.revoke_card, name="card-revoke"),
    path("cards/<uuid:pk>/paper/", cards.paper, name="card-paper"),
]
