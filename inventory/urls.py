"""Table of contents."""

from django.urls import path

from inventory import views

urlpatterns = [
    path("", views.item_list, name="item-list"),
    path("export/", views.item_export, name="item-export"),
    path("options/", views.item_options, name="item-options"),
    path("stock-in/", views.stock_in, name="stock-in"),
    path("batches/<uuid:pk>/adjust/", views.stock_adjust, name="stock-adjust"),
    path("<uuid:pk>/", views.item_detail, name="item-detail"),
]
