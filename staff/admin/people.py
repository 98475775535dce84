"""Logins with their roles, and roles with their rights."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.forms import SetPasswordMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import admin_saving, locks, phones
from clinic.admin_site import ClinicInline
from clinic.models import Branch
from clinic.permissions import Permission
from clinic.refusals import Refusal
from staff import domain
from staff.admin.access import AccessPage, ConfirmedAdmin
from staff.admin.practitioners import say_visits_may_stand
from staff.confirming import confirmed
from staff.models import Grant, Role, RoleHeld, User
from staff.questions import username as username_rule


class PersonForm(forms.ModelForm):
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=60,
        help_text=gettext_lazy("Without spaces; signs in with it or with the e-mail."),
    )
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=60, required=False)

    def clean_username(self) -> str:
        return _checked(username_rule, self.cleaned_data["username"])

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        return _checked(phones.parse, typed) if typed else ""

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class NewPersonForm(SetPasswordMixin, PersonForm):
    """Without a password the person is invited by a link, which is made on the page that follows."""

    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("password1", "password2"):
            self.fields[name].required = not self.is_invited
        self.fields["password2"].help_text = _("Leave both empty to invite the person by a link instead.")

    @property
    def is_invited(self) -> bool:
        return not (self.data.get("password1") or self.data.get("password2"))

    def clean(self) -> dict[str, Any]:
        if not self.is_invited:
            self.validate_passwords()
        return super().clean()

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.is_invited:
            self.validate_password_for_user(self.instance)


class PasswordForm(SetPasswordMixin, forms.Form):
    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        self.validate_password_for_user(self.person)
        return super().clean()


def _checked(check: Any, typed: str) -> str:
    try:
        return check(typed)
    except ValueError as problem:
        raise forms.ValidationError(str(problem)) from None


class RoleHeldInline(ClinicInline):
    """Roles and where they hold. Nobody changes their own."""

    model = RoleHeld
    permission = Permission.STAFF_CONFIGURE

    def _own(self, request: HttpRequest, obj: Any) -> bool:
        return obj is not None and obj.pk == request.user.pk

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not self._own(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj)

    has_change_permission = has_add_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not self._own(request, obj)

    def formfield_for_foreignkey(self, field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if field.name == "branch":
            kwargs["queryset"] = Branch.objects.filter(pk__in=[branch.pk for branch in request.user.branches])
        if field.name == "role":
            kwargs["queryset"] = Role.objects.filter(is_active=True)
        return super().formfield_for_foreignkey(field, request, **kwargs)


@admin.register(User)
class PersonAdmin(AccessPage):
    permission = Permission.STAFF_CONFIGURE
    form = PersonForm
    list_display = ["full_name", "username", "email", "roles", "is_active"]
    list_filter = ["is_active", "roles_held__role"]
    search_fields = ["full_name", "username", "email"]
    inlines = [RoleHeldInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Colleagues at the branch; whoever administers every branch also sees those who hold no role any more."""
        everyone = User.objects.all() if request.user.is_everywhere else User.objects.visible_to(request.user)
        return everyone.prefetch_related("roles_held__role")

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, person: User) -> str:
        return ", ".join(sorted({held.role.name for held in person.roles_held.all()}))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = ["full_name", "username", "email", "phone"]
        return [*fields, "is_active", "password_link"] if obj else [*fields, "password1", "password2"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        own = obj is not None and obj.pk == request.user.pk
        return ["password_link", "is_active"] if own else ["password_link"]

    @admin.display(description=gettext_lazy("password"))
    def password_link(self, person: User) -> str:
        state = _("set") if person.has_usable_password() else _("none yet: this person can't sign in")
        ways = [("password", _("Set a new password")), ("access", _("Link, lock, authenticator, sessions"))]
        links = [(reverse(f"admin:staff_user_{name}", args=[person.pk]), label) for name, label in ways]
        return format_html("{}{}", state, format_html_join("", ' · <a href="{}">{}</a>', links))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if not change:
            kwargs["form"] = NewPersonForm
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        domain.lock_owners(by=request.user)
        if change:
            locks.lock_resources(obj.practices.values_list("resource_id", flat=True))
            domain.refuse_lifting(by=request.user, person=obj)
            admin_saving.save(obj, form, change=True)
            if "is_active" in form.changed_data and not obj.is_active:
                domain.end_sessions(by=request.user, person=obj)
                for practitioner in obj.practices.select_related("resource"):
                    say_visits_may_stand(request, practitioner)
        else:
            added = domain.add_person(
                by=request.user, username=obj.username, full_name=obj.full_name, email=obj.email, phone=obj.phone,
                password=form.cleaned_data["password1"] or None, roles=[], branch=None, must_change_password=True,
            )  # fmt: skip
            obj.pk, obj._state.adding = added.pk, False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for held in formset.save(commit=False):
            if held.user_id == request.user.pk:
                raise Refusal(_("Nobody changes their own roles; ask another administrator."))
            domain.refuse_lifting_role(by=request.user, role=held.role, branch=held.branch)
            held.save()
        for held in formset.deleted_objects:
            held.delete()
        domain.require_an_owner(by=request.user)

    def get_urls(self) -> list[Any]:
        own = path(
            "<uuid:pk>/password/",
            self.admin_site.admin_view(confirmed(self.password)),
            name="staff_user_password",
        )
        return [own, *super().get_urls()]

    def password(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Set somebody's password, under the same rules as their own choice would be."""
        person = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        form = PasswordForm(person, request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                domain.set_password(by=request.user, person=person, password=form.cleaned_data["password1"])
            except Refusal as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, _("%(name)s has a new password.") % {"name": person.full_name})
                return redirect("admin:staff_user_change", person.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Password of %(name)s") % {"name": person.full_name},
            "form": form,
            "person": person,
            "opts": self.opts,
        }
        return TemplateResponse(request, "staff/admin_password.html", context)


class GrantInline(ClinicInline):
    model = Grant
    permission = Permission.STAFF_CONFIGURE


@admin.register(Role)
class RoleAdmin(ConfirmedAdmin):
    permission = Permission.STAFF_CONFIGURE
    list_display = ["name", "code", "description", "is_system", "is_active"]
    search_fields = ["name", "code"]
    fields = ["code", "name", "description", "requires_second_factor", "is_active"]
    inlines = [GrantInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        return ["code", "is_active"] if obj.is_system else ["code"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes what a role may do that they hold themselves; the owner's is fixed."""
        if obj is not None and domain.why_fixed(by=request.user, role=obj):
            return False
        return super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        everywhere = request.user.may_everywhere(Permission.STAFF_CONFIGURE)
        return super().has_add_permission(request) and everywhere

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for grant in formset.save(commit=False):
            if grant.permission not in request.user.granted_at(None):
                raise Refusal(
                    _("You don't hold the right “%(right)s” yourself, so you can't give it.")
                    % {"right": grant.get_permission_display()}
                )
            grant.save()
        for grant in formset.deleted_objects:
            grant.delete()
