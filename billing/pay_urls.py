"""The public door to paying: a signed link, what a browser brings back, and what the gateway tells."""

from django.urls import path

from billing.views import paying

urlpatterns = [
    path("razorpay/webhook/", paying.webhook, name="pay-webhook"),
    path("<str:pay_token>/", paying.page, name="pay-page"),
    path("<str:pay_token>/back/", paying.back, name="pay-back"),
]
