"""Table of contents."""

from django.urls import path

from billing.views import begin, bills, documents, editor, notes, paper, settings

urlpatterns = [
    path("", bills.list_, name="invoice-list"),
    path("export/", bills.export, name="invoice-export"),
    path("new/", begin.new, name="invoice-new"),
    path("of-customer/<uuid:pk>/", bills.of_customer, name="customer-invoices"),
    path("rules/", settings.billing_rules, name="billing-rules"),
    path("period/", settings.close_period, name="period-close"),
    path("period/open/", settings.open_period, name="period-open"),
    path("discounts/", documents.discount_requests, name="discount-requests"),
    path("notes/<uuid:pk>/", notes.detail, name="note-detail"),
    path("packages/<uuid:pk>/credit/", notes.credit_package, name="enrolment-credit"),
    path("estimates/<uuid:pk>/", documents.estimate_detail, name="estimate-detail"),
    path("estimates/<uuid:pk>/bill/", documents.estimate_bill, name="estimate-bill"),
    path("<uuid:pk>/", bills.detail, name="invoice-detail"),
    path("<uuid:pk>/edit/", editor.edit, name="invoice-edit"),
    path("<uuid:pk>/preview/", editor.preview, name="invoice-preview"),
    path("<uuid:pk>/choices/", editor.choices, name="invoice-choices"),
    path("<uuid:pk>/lines/add/", editor.add_line, name="invoice-line-add"),
    path("<uuid:pk>/lines/<uuid:line_pk>/remove/", editor.remove_line, name="invoice-line-remove"),
    path("<uuid:pk>/issue/", editor.issue, name="invoice-issue"),
    path("<uuid:pk>/collect/", bills.collect, name="invoice-collect"),
    path("<uuid:pk>/discard/", editor.discard, name="invoice-discard"),
    path("<uuid:pk>/credit/", notes.credit, name="invoice-credit"),
    path("<uuid:pk>/debit/", notes.debit, name="invoice-debit"),
    path("<uuid:pk>/cancel/", documents.cancel, name="invoice-cancel"),
    path("<uuid:pk>/estimate/", documents.estimate, name="invoice-estimate"),
    path("<uuid:pk>/discount/ask/", documents.ask_discount, name="invoice-ask-discount"),
    path("<uuid:pk>/discount/allow/", documents.allow_discount, name="invoice-allow-discount"),
    path("<uuid:pk>/discount/decline/", documents.decline_discount, name="invoice-decline-discount"),
    path("<uuid:pk>/print/", paper.print_, name="invoice-print"),
]
