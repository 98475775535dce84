"""What every ID card is, a customer's and a colleague's: an edition with a snapshot, good until it is made void."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models import Editable


class Card(Editable):
    """`snapshot` holds all words on it as they were; of one holder at most one is good at a time."""

    edition = models.PositiveSmallIntegerField(_("edition"))
    snapshot = models.JSONField(default=dict)
    portrait = models.BinaryField(null=True)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    revoked_because = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        abstract = True
