"""Table of contents of signing in and of one's own account."""

from django.urls import path

from staff.sign_in.views import account, door

urlpatterns = [
    path("sign-in/", door.sign_in, name="sign-in"),
    path("language/", door.language, name="language-choose"),
    path("sign-in/code/", door.code, name="sign-in-code"),
    path("sign-in/pin/", door.pin, name="sign-in-pin"),
    path("sign-in/forgotten/", door.forgotten, name="password-forgotten"),
    path("sign-in/link/", door.link, name="password-link"),
    path("confirm/", account.confirm, name="confirm-again"),
    path("account/", account.account, name="account"),
    path("account/preferences/", account.preferences, name="preferences"),
    path("account/authenticator/", account.authenticator, name="authenticator"),
    path("account/authenticator/begin/", account.begin_authenticator, name="authenticator-begin"),
    path("account/authenticator/remove/", account.remove_authenticator, name="authenticator-remove"),
    path("account/recovery-codes/", account.recovery_codes, name="recovery-codes"),
    path("account/pin/", account.set_pin, name="pin-set"),
    path("account/pin/remove/", account.remove_pin, name="pin-remove"),
    path("account/sessions/end/", account.end_sessions, name="logins-end"),
    path("account/sessions/<uuid:pk>/end/", account.end_session, name="login-end"),
    path("account/browsers/<uuid:pk>/forget/", account.forget_browser, name="browser-forget"),
]
