"""Table of contents."""

from django.urls import path

from billing.views import begin, bills, editor, money, paper, points, refunds, stored

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
    path("<uuid:pk>/print/", paper.print_, name="invoice-print"),
    path("<uuid:pk>/use/", stored.use, name="invoice-use"),
    path("<uuid:pk>/points/", points.redeem, name="invoice-points"),
    path("of-visit/<uuid:pk>/", bills.of_visit, name="appointment-invoices"),
    path("payments/take/", money.take, name="payment-take"),
    path("payments/code/", money.code, name="payment-code"),
    path("payments/<uuid:pk>/", money.payment, name="payment-detail"),
    path("payments/<uuid:pk>/correct/", refunds.correct_payment, name="payment-correct"),
    path("payments/<uuid:pk>/fail/", refunds.fail_payment, name="payment-fail"),
    path("payments/<uuid:pk>/refund/", refunds.request_refund, name="payment-refund"),
    path("receipts/<uuid:receipt_pk>/", money.receipt, name="payment-receipt"),
    path("refunds/", refunds.list_, name="refund-list"),
    path("refunds/<uuid:pk>/", refunds.detail, name="refund-detail"),
    path("refunds/<uuid:pk>/approve/", refunds.approve_refund, name="refund-approve"),
    path("refunds/<uuid:pk>/reject/", refunds.reject_refund, name="refund-reject"),
    path("refunds/<uuid:pk>/process/", refunds.process_refund, name="refund-process"),
    path("advances/", stored.advances, name="advance-list"),
    path("advances/export/", stored.export_advances, name="advance-export"),
    path("stored/", stored.list_, name="stored-list"),
    path("stored/<uuid:pk>/", stored.detail, name="stored-detail"),
    path("stored/of-customer/<uuid:pk>/", stored.of_customer, name="customer-stored"),
    path("gift-cards/", stored.find, name="gift-find"),
    path("gift-cards/new/", stored.sell, name="gift-new"),
]
