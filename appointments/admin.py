"""The administrator's door to the calendar's settings and to what deposits and missed visits cost."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from appointments.models import BookingRules, VisitPolicy
from clinic.admin_site import ClinicAdmin
from clinic.models import Branch
from packages.models import Treatment


class OfBranches(ClinicAdmin):
    """Rows of the branches that the administrator works at."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(branch__in=request.user.branches)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "branch":
            kwargs["queryset"] = Branch.objects.filter(pk__in=[each.pk for each in request.user.branches])
        if db_field.name == "treatment":
            kwargs["queryset"] = Treatment.objects.visible_to(request.user).active()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(BookingRules)
class BookingRulesAdmin(OfBranches):
    search_fields = ["branch__trade_name"]
    list_display = ["branch", "state_names", "daily_cap", "follow_up_days", "queues_on_check_in"]
    list_select_related = ["branch"]
    fields = [
        "branch", "state_names", "daily_cap", "half_day_at",
        "availability_lock_at", "follow_up_days", "follow_up_visits", "offer_minutes", "queues_on_check_in",
        "priority_every", "priority_cap",
    ]  # fmt: skip


@admin.register(VisitPolicy)
class VisitPolicyAdmin(OfBranches):
    search_fields = ["treatment__name"]
    list_display = [
        "kind",
        "treatment",
        "category",
        "amount",
        "percent",
        "valid_from",
        "valid_to",
        "is_active",
    ]
    list_filter = ["kind", "is_active"]
    list_select_related = ["treatment"]
    fields = [
        "branch", "kind", "treatment", "category", "amount", "percent", "hours", "valid_from", "valid_to", "is_active",
    ]  # fmt: skip
    refusals = {
        "visitpolicy_amount_or_percent": _("Give either an amount or a percentage up to 100."),
        "visitpolicy_dates": _("The last day isn't before the first."),
    }
