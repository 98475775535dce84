"""Table of contents."""

from django.urls import path

from billing.views import begin, bills, drawer_pages, editor, paper

urlpatterns = [
    path("", bills.list_, name="invoice-list"),
    path("export/", bills.export, name="invoice-export"),
    path("new/", begin.new, name="invoice-new"),
    path("of-customer/<uuid:pk>/", bills.of_customer, name="customer-invoices"),
    path("drawers/", drawer_pages.drawer_list, name="drawer-list"),
    path("drawers/open/", drawer_pages.drawer_open, name="drawer-open"),
    path("drawers/move/", drawer_pages.drawer_move, name="drawer-move"),
    path("drawers/<uuid:pk>/", drawer_pages.drawer_detail, name="drawer-detail"),
    path("drawers/<uuid:pk>/close/", drawer_pages.drawer_close, name="drawer-close"),
    path("drawers/<uuid:pk>/verify/", drawer_pages.drawer_verify, name="drawer-verify"),
    path("drawers/<uuid:pk>/print/", drawer_pages.drawer_print, name="drawer-print"),
    path("day/", drawer_pages.day, name="billing-day"),
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
]
