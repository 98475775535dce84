"""The settings of messages: by which ways they go, and in whose words."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinic import registries
from clinic.forms import typed
from clinic.gateways import mail
from clinic.htmx import reply
from clinic.idempotency import once
from clinic.models import Branch
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from notifications import wording, words
from staff import domain as staff
from staff import queries as staff_queries

CONFIGURE = Permission.SETTINGS_CONFIGURE
LANGUAGE = (
    settings.LANGUAGE_CODE
)  # whose words a house changes; other customers get the product's in their language
SWITCHES = ["sends_whatsapp", "sends_sms", "sends_email", "reminds_of_dues", "dues_reminder_days"]


class ChannelsForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    class Meta:
        model = Branch
        fields = SWITCHES

    def __init__(self, data: Any = None, *, branch: Branch) -> None:
        super().__init__(data, instance=branch, initial={"version": branch.version})


class TextForm(forms.Form):
    """One text; its placeholders are checked against what the occasion knows."""

    body = forms.CharField(
        label=gettext_lazy("Text"), max_length=2 * wording.LONGEST, required=False,
        widget=forms.Textarea({"rows": 6, "spellcheck": "true"}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, occasion: wording.Occasion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.occasion = occasion

    def clean_body(self) -> str:
        try:
            return wording.check(self.cleaned_data["body"], self.occasion)
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None


@requires(CONFIGURE)
@require_http_methods(["GET", "POST"])
def channels(request: HttpRequest) -> HttpResponse:
    """The switches, and the table of texts."""
    branch = staff_queries.branch_now(request.user)
    form = ChannelsForm(typed(request.POST) if request.method == "POST" else None, branch=branch)
    if form.is_bound and form.is_valid() and _switched(request, form, branch):
        messages.success(request, _("Saved; it counts from now on."))
        return redirect("message-channels")
    own = words.words_of(branch)
    texts = [
        (occasion, (occasion.name, LANGUAGE) in own, own.get((occasion.name, LANGUAGE), occasion.own))
        for occasion in wording.OCCASIONS.values()
    ]
    context = {"form": form, "texts": texts, "mails": mail.is_configured()}
    return _page(request, "channels", context, wrong=form.is_bound)


def _switched(request: HttpRequest, form: ChannelsForm, branch: Branch) -> bool:
    wanted = {name: form.cleaned_data[name] for name in SWITCHES}
    try:
        staff.change_branch(by=request.user, branch=branch, version=form.cleaned_data["version"], **wanted)
    except Stale as stale:
        if staff_queries.is_so(branch, wanted):
            return True  # one's own double click
        form.add_error(None, stale.message)
        form.data = form.data.copy()
        form.data["version"] = str(staff_queries.version_of(branch))
        return False
    return True


@requires(CONFIGURE)
@require_POST
@once
def try_mail(request: HttpRequest) -> HttpResponse:
    """One mail to whoever asks, so that they see whether it arrives."""
    to, house = request.user.email, request.branch.trade_name
    if not mail.is_configured():
        messages.error(request, _("No mail leaves this house: EMAIL_URL is not set."))
    elif not to:
        messages.error(request, _("Your login has no e-mail address to send it to."))
    else:
        _try_mail(request, to, house)
    return redirect("message-channels")


def _try_mail(request: HttpRequest, to: str, house: str) -> None:
    text = _("It arrived: mail leaves %(house)s.") % {"house": house}
    try:
        mail.send(to, _("A mail to try it out"), text, name=house)
    except OSError as problem:
        messages.error(request, _("The mail server didn't take it: %(said)s") % {"said": str(problem)[:200]})
    else:
        messages.success(request, _("A mail is on its way to %(to)s.") % {"to": to})


@requires(CONFIGURE)
@require_http_methods(["GET", "POST"])
@once
def change_text(request: HttpRequest, occasion: str) -> HttpResponse:
    """The words for one occasion, with a preview of what a customer would read."""
    about = _occasion(occasion)
    row = words.text_of(request.user.branch, about.name, LANGUAGE)
    initial = {"body": row.body if row else about.own, "version": row.version if row else 0}
    form = TextForm(
        typed(request.POST) if request.method == "POST" else None, occasion=about, initial=initial
    )
    if form.is_bound and form.is_valid() and _changed(request, form, about):
        messages.success(request, _("Messages from now on say it in these words."))
        return redirect("message-channels")
    body = form["body"].value() or ""
    context = {"form": form, "about": about, "is_own": row is not None, "preview": about.preview(body)}
    return _page(request, "text", context, wrong=form.is_bound)


def _changed(request: HttpRequest, form: TextForm, about: wording.Occasion) -> bool:
    branch, values = request.user.branch, form.cleaned_data
    try:
        words.change_text(
            by=request.user, branch=branch, occasion=about.name, language=LANGUAGE, body=values["body"],
            version=values["version"],
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error(None if isinstance(refusal, Stale) else "body", refusal.message)
        row = words.text_of(branch, about.name, LANGUAGE)
        form.data = form.data.copy()
        form.data["version"] = str(row.version if row else 0)
        return False
    return True


@requires(CONFIGURE)
@require_GET
def preview_text(request: HttpRequest, occasion: str) -> HttpResponse:
    """What a customer would read of the text typed so far."""
    about = _occasion(occasion)
    body = typed(request.GET).get("body", "")[: wording.LONGEST]
    return reply(request, "notifications/text_preview.html", {"preview": about.preview(body), "about": about})


@requires(CONFIGURE)
@require_POST
def reset_text(request: HttpRequest, occasion: str) -> HttpResponse:
    words.reset_text(
        by=request.user, branch=request.user.branch, occasion=_occasion(occasion).name, language=LANGUAGE
    )
    messages.success(request, _("Messages say it in the product's own words again."))
    return redirect("message-channels")


def _occasion(name: str) -> wording.Occasion:
    if name not in wording.OCCASIONS:
        raise Http404
    return wording.OCCASIONS[name]


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, wrong: bool) -> HttpResponse:
    known = registries.settings_for(request.user)
    here = next(one for one in known if one.url_name == "message-channels")
    context |= {"settings": known, "here": here}
    return render(request, f"notifications/{name}.html", context, status=422 if wrong else 200)
