"""Table of contents."""

from django.urls import path

from billing.views import begin, bills, editor, paper, printing

urlpatterns = [
    path("", bills.list_, name="invoice-list"),
    path("export/", bills.export, name="invoice-export"),
    path("new/", begin.new, name="invoice-new"),
    path("of-customer/<uuid:pk>/", bills.of_customer, name="customer-invoices"),
    path("<uuid:pk>/", bills.detail, name="invoice-detail"),
    path("<uuid:pk>/edit/", editor.edit, name="invoice-edit"),
    path("<uuid:pk>/preview/", editor.preview, name="invoice-preview"),
    path("<uuid:pk>/choices/", editor.choices, name="invoice-choices"),
    path("<uuid:pk>/lines/add/", editor.add_line, name="invoice-line-add"),
    path("<uuid:pk>/lines/<uuid:line_pk>/remove/", editor.remove_line, name="invoice-line-remove"),
    path("<uuid:pk>/issue/", editor.issue, name="invoice-issue"),
    path("<uuid:pk>/collect/", bills.collect, name="invoice-collect"),
    path("<uuid:pk>/discard/", editor.discard, name="invoice-discard"),
    path("<uuid:pk>/print/", paper.invoice, name="invoice-print"),
    path("notes/<uuid:pk>/print/", paper.note, name="note-print"),
    path("receipts/<uuid:pk>/print/", paper.receipt, name="moneyreceipt-print"),
    path("refunds/<uuid:pk>/print/", paper.refund, name="refund-print"),
    path("estimates/<uuid:pk>/print/", paper.estimate, name="estimate-print"),
    path("print/new/", printing.new, name="printrun-new"),
    path("print/<uuid:pk>/", printing.detail, name="printrun-detail"),
    path("print/<uuid:pk>/file/", printing.file, name="printrun-file"),
    path("gift-cards/<uuid:pk>/print/", paper.card, name="giftcard-print"),
]
