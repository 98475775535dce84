"""Table of contents."""

from django.urls import URLPattern, path

from purchasing.views import orders, papers, receipts, register, reorder, returns, settings, steps, suppliers

urlpatterns: list[URLPattern] = [
    path("", orders.order_list, name="order-list"),
    path("new/", orders.order_new, name="order-new"),
    path("<uuid:pk>/", orders.order_detail, name="order-detail"),
    path("<uuid:pk>/edit/", orders.order_edit, name="order-edit"),
    path("<uuid:pk>/submit/", orders.order_submit, name="order-submit"),
    path("<uuid:pk>/approve/", orders.order_approve, name="order-approve"),
    path("<uuid:pk>/send-back/", steps.order_send_back, name="order-send-back"),
    path("<uuid:pk>/cancel/", steps.order_cancel, name="order-cancel"),
    path("<uuid:pk>/close/", steps.order_close, name="order-close"),
    path("<uuid:pk>/paper/", papers.order_paper, name="order-paper"),
    path("deliveries/", receipts.receipt_list, name="receipt-list"),
    path("deliveries/new/", receipts.receipt_new, name="receipt-new"),
    path("deliveries/<uuid:pk>/", receipts.receipt_detail, name="receipt-detail"),
    path("deliveries/<uuid:pk>/edit/", receipts.receipt_edit, name="receipt-edit"),
    path("deliveries/<uuid:pk>/accept/", receipts.receipt_accept, name="receipt-accept"),
    path("deliveries/<uuid:pk>/reject/", steps.receipt_reject, name="receipt-reject"),
    path("deliveries/<uuid:pk>/discard/", receipts.receipt_discard, name="receipt-discard"),
    path("returns/", returns.return_list, name="return-list"),
    path("returns/new/", returns.return_new, name="return-new"),
    path("returns/<uuid:pk>/", returns.return_detail, name="return-detail"),
    path("returns/<uuid:pk>/paper/", papers.return_paper, name="return-paper"),
    path("suppliers/", suppliers.supplier_list, name="supplier-list"),
    path("suppliers/new/", suppliers.supplier_new, name="supplier-new"),
    path("suppliers/<uuid:pk>/edit/", suppliers.supplier_edit, name="supplier-edit"),
    path("reorder/", reorder.reorder_list, name="reorder-list"),
    path("reorder/draft/", reorder.reorder_draft, name="reorder-draft"),
    path("register/", register.purchase_register, name="purchase-register"),
    path("register/export/", register.purchase_export, name="purchase-export"),
    path("settings/", settings.buying_rules, name="buying-rules"),
    path("items/", orders.purchase_items, name="purchase-items"),
]
