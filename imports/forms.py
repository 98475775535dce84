"""What may be sent in."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FileForm(forms.Form):
    """The list itself; what it is its content tells, not its name."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or spreadsheet (XLSX, XLS, ODS), at most 20 MB and 50,000 rows."),
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx,.xls,.ods,text/csv"}),
        error_messages={"required": _("Choose the file to import.")},
        max_length=255,
        allow_empty_file=True,
    )
