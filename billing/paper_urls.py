"""Table of contents of what is printed, one by one and many at once."""

from django.urls import path

from billing.views import paper, printing

urlpatterns = [
    path("<uuid:pk>/print/", paper.invoice, name="invoice-print"),
    path("notes/<uuid:pk>/print/", paper.note, name="note-print"),
    path("receipts/<uuid:pk>/print/", paper.receipt, name="moneyreceipt-print"),
    path("refunds/<uuid:pk>/print/", paper.refund, name="refund-print"),
    path("estimates/<uuid:pk>/print/", paper.estimate, name="estimate-print"),
    path("gift-cards/<uuid:pk>/print/", paper.card, name="giftcard-print"),
    path("print/new/", printing.new, name="printrun-new"),
    path("print/<uuid:pk>/", printing.detail, name="printrun-detail"),
    path("print/<uuid:pk>/file/", printing.file, name="printrun-file"),
]
