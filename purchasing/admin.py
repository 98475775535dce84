"""The administrator's door to the limits of buying."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.http import HttpRequest

from clinic.admin_site import ClinicAdmin
from clinic.models import Branch
from purchasing.models import BuyingRules


@admin.register(BuyingRules)
class BuyingRulesAdmin(ClinicAdmin):
    search_fields = ["branch__trade_name"]
    list_display = ["branch", "approval_limit", "tolerance", "cover_days"]
    list_select_related = ["branch"]
    fields = ["branch", "approval_limit", "tolerance", "cover_days"]

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "branch":
            kwargs["queryset"] = Branch.objects.filter(pk__in=[each.pk for each in request.user.branches])
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
