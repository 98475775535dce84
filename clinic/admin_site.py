"""The administrator's door: Django admin behind our own sign-in, ruled by our own permissions."""

from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from clinic import admin_saving, registries
from clinic.models import Branch
from clinic.permissions import Permission, ask_to_sign_in

MOST_ROWS = 400  # below one parent: some twenty years of holidays


class ClinicAdminSite(admin.AdminSite):
    site_header = site_title = _("Administration")
    index_title = _("Prices, people, taxes, settings")
    enable_nav_sidebar = False

    def register(self, models: Any, admin_class: Any = None, **options: Any) -> None:
        """Libraries bring admins that don't know our rights and may delete; they stay outside."""
        if admin_class is not None and issubclass(admin_class, ClinicAdmin):
            super().register(models, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_authenticated and (
            user.may(Permission.SETTINGS_CONFIGURE) or user.may(Permission.STAFF_CONFIGURE)
        )

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What is edited here, and the way to what has pages of its own: reasons, texts of messages, signing in."""
        settings = registries.settings_for(request.user)
        return super().index(request, {"settings": settings, **(extra_context or {})})

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Who is signed in but may not administer is told so, not sent to sign in again."""
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return checked

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one sign-in page."""
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")


class ClinicAdmin(admin.ModelAdmin):
    """What every ModelAdmin extends: permission from our matrix, nothing deleted, nothing edited in bulk or in lists."""

    permission = Permission.SETTINGS_CONFIGURE
    actions = None
    list_editable = ()
    refusals: dict[str, Any] = {}  # sentences for constraints that only the database knows, by their names

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.may(self.permission)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        queryset = super().get_queryset(request)
        return queryset.visible_to(request.user) if hasattr(queryset, "visible_to") else queryset

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return admin_saving.guard(form, getattr(request, "refusal", None))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """What the database or a verb refuses is rolled back and said in the form, with all that was typed."""

        def said(request: HttpRequest) -> HttpResponse:
            try:
                return view(request, object_id, *args, **kwargs)
            except admin_saving.REFUSED as problem:
                request.refusal = admin_saving.sentence(problem, self.refusals)
                return view(request, object_id, *args, **kwargs)

        view = super().changeform_view
        return said(request) if object_id else admin_saving.add_once(said, request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        admin_saving.save(obj, form, change=change)


class NamedFormSet(BaseInlineFormSet):
    """In a table the head names a column for the eye; each input says its name itself."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs.setdefault("aria-label", str(field.label or name))


class CatalogueAdmin(ClinicAdmin):
    """For what belongs to the whole organisation: new rows go to that of the branch worked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and request.user.branch is not None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.organisation_id = request.user.branch.organisation_id
        super().save_model(request, obj, form, change)


class ClinicInline(admin.TabularInline):
    """Rows that live with their parent; removable only where the model says that rows may be deleted."""

    permission = Permission.SETTINGS_CONFIGURE
    formset = NamedFormSet
    extra = 0
    max_num = MOST_ROWS

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """However many rows a damaged form claims to have, no more are drawn than one of ours can hold."""
        return super().get_formset(request, obj, **{"absolute_max": MOST_ROWS, **kwargs})

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.may(self.permission)

    has_view_permission = has_change_permission = has_add_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.model.deletable and request.user.may(self.permission)


class BranchPriceInline(ClinicInline):
    """Prices of the branches the administrator sees; those of others stay as they are."""

    fields = ["branch", "valid_from", "price"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).filter(branch__in=request.user.branches)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "branch":
            kwargs["queryset"] = Branch.objects.filter(pk__in=[each.pk for each in request.user.branches])
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
