"""Table of contents."""

from django.urls import path

from inventory.views import adjustments, counts, items, lists, stock, transfers

urlpatterns = [
    path("", items.item_list, name="item-list"),
    path("export/", items.item_export, name="item-export"),
    path("options/", items.item_options, name="item-options"),
    path("new/", items.item_new, name="item-new"),
    path("stock-in/", stock.stock_in, name="stock-in"),
    path("expiry/", lists.stock_expiry, name="stock-expiry"),
    path("expiry/export/", lists.stock_expiry_export, name="stock-expiry-export"),
    path("movements/", lists.stock_movements, name="stock-movements"),
    path("movements/export/", lists.stock_movements_export, name="stock-movements-export"),
    path("valuation/", lists.stock_valuation, name="stock-valuation"),
    path("valuation/export/", lists.stock_valuation_export, name="stock-valuation-export"),
    path("adjustments/", adjustments.adjustment_list, name="adjustment-list"),
    path("adjustments/<uuid:pk>/approve/", adjustments.adjustment_approve, name="adjustment-approve"),
    path("adjustments/<uuid:pk>/reject/", adjustments.adjustment_reject, name="adjustment-reject"),
    path("counts/", counts.count_list, name="count-list"),
    path("counts/new/", counts.count_new, name="count-new"),
    path("counts/<uuid:pk>/", counts.count_detail, name="count-detail"),
    path("counts/<uuid:pk>/record/", counts.count_record, name="count-record"),
    path("counts/<uuid:pk>/submit/", counts.count_submit, name="count-submit"),
    path("counts/<uuid:pk>/approve/", counts.count_approve, name="count-approve"),
    path("counts/<uuid:pk>/reopen/", counts.count_reopen, name="count-reopen"),
    path("counts/<uuid:pk>/cancel/", counts.count_cancel, name="count-cancel"),
    path("transfers/", transfers.transfer_list, name="transfer-list"),
    path("transfers/new/", transfers.transfer_new, name="transfer-new"),
    path("transfers/<uuid:pk>/", transfers.transfer_detail, name="transfer-detail"),
    path("transfers/<uuid:pk>/receive/", transfers.transfer_receive, name="transfer-receive"),
    path("transfers/<uuid:pk>/cancel/", transfers.transfer_cancel, name="transfer-cancel"),
    path("batches/<uuid:pk>/adjust/", stock.stock_adjust, name="stock-adjust"),
    path("batches/<uuid:pk>/change/", stock.stock_change, name="stock-change"),
    path("batches/<uuid:pk>/block/", stock.stock_block, name="stock-block"),
    path("batches/<uuid:pk>/unblock/", stock.stock_unblock, name="stock-unblock"),
    path("batches/<uuid:pk>/label/", stock.stock_label, name="stock-label"),
    path("<uuid:pk>/", items.item_detail, name="item-detail"),
    path("<uuid:pk>/edit/", items.item_edit, name="item-edit"),
    path("<uuid:pk>/deactivate/", items.item_deactivate, name="item-deactivate"),
    path("<uuid:pk>/reactivate/", items.item_reactivate, name="item-reactivate"),
]
