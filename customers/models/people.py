"""Customers, who are the patients too, and the summary row that lists sort by."""

import re
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Lookup, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic import gst, phones, registries
from clinic.models import Branch, Deactivatable, Editable, Organisation, Row
from clinic.permissions import Permission
from clinic.privacy import Privacy
from customers import countries, facts, identities

if TYPE_CHECKING:
    from staff.models import User


FULL_AGE = 18  # completed years (Indian Majority Act, section 3)


class Household(Row):
    """People who share a phone or a home. Nothing but the tie; the name is that of its members."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)

    class Meta:
        verbose_name = _("household")

    def __str__(self) -> str:
        return f"household {self.pk}"


class CustomerQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "CustomerQuerySet":
        """Those whose home is the branch worked at, and those who are shared with or were seen there.

        Whose role counts for their own records alone sees those they have a visit with.
        """
        here = self.filter(
            Q(home_branch=user.branch)
            | Q(pk__in=SeenAt.objects.filter(branch=user.branch).values("customer_id"))
        )
        if user.only_own(Permission.CUSTOMERS_VIEW):
            return here.filter(pk__in=registries.own_of("customers.Customer", user))
        return here

    def kept(self) -> "CustomerQuerySet":
        """Without the records that became part of another one, and without those of people who were erased."""
        return self.filter(merged_into__isnull=True, erased_at__isnull=True)

    def active(self) -> "CustomerQuerySet":
        return self.kept().filter(is_active=True)

    def matching(self, typed: str) -> "CustomerQuerySet":
        """Names in any word order by their beginnings, any part of a phone or of the reference number."""
        digits, joined = re.sub(r"\D", "", typed), re.sub(r"[\W_]", "", typed)
        found = Q(name_words=NameQuery(typed))
        if len(digits) >= 3:
            found |= Q(number_parts__contains=_pieces(digits)) & (
                Q(phone__contains=digits) | Q(second_phone__contains=digits)
            )
        if len(joined) >= 3:
            found |= Q(number_parts__contains=_pieces(joined.lower()), reference__contains=joined.upper())
        # Who was merged is found as the record they are part of now: read once as an array, so that both use an index.
        merged = Customer.objects.filter(found, merged_into__isnull=False).values("merged_into")
        return self.filter(found | Q(pk__any_of=ArraySubquery(merged)))

    def sounding_like(self, name: str) -> "CustomerQuerySet":
        """Names with all the words of this one as they are heard: Preethi Mehtha for Priti Mehta."""
        return self.filter(name_sounds__contains=Func(Value(name), function="customers_sounds"))


@models.UUIDField.register_lookup
class AnyOf(Lookup):
    """`= ANY (array)`: unlike IN with a subquery it can be joined with another condition by their indexes."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = compiler.compile(self.rhs)
        return f"{left} = ANY ({right})", (*left_values, *right_values)


class NameQuery(SearchQuery):
    """The words of a name in any order by their beginnings, cut by the same function that cut the stored names."""

    def __init__(self, typed: str) -> None:
        super().__init__(typed)
        self.typed = typed

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[str]]:
        return "customers_name_query(%s)", [self.typed]


def _pieces(text: str) -> list[str]:
    return sorted({text[i : i + 3] for i in range(len(text) - 2)})


class Customer(Editable, Deactivatable):
    """One record for customer and patient. Belongs to the organisation and has a home branch."""

    class Gender(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")
        OTHER = "other", _("Other")
        UNDISCLOSED = "undisclosed", _("Prefers not to say")

    class MaritalStatus(models.TextChoices):
        SINGLE = "single", _("Single")
        MARRIED = "married", _("Married")
        DIVORCED = "divorced", _("Divorced")
        WIDOWED = "widowed", _("Widowed")

    class IdentityKind(models.TextChoices):
        AADHAAR = "aadhaar", _("Aadhaar")
        PAN = "pan", _("PAN")
        PASSPORT = "passport", _("Passport")
        VOTER = "voter", _("Voter id")
        LICENCE = "licence", _("Driving licence")

    BLOOD_GROUPS = [(group, group) for group in ("A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-")]

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    home_branch = models.ForeignKey(Branch, models.PROTECT, verbose_name=_("home branch"))
    reference = models.CharField(_("reference number"), max_length=12, unique=True, editable=False)
    full_name = models.CharField(_("full name"), max_length=100)
    phone = models.CharField(_("phone"), max_length=16, db_index=True)
    second_phone = models.CharField(_("second phone"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    gender = models.CharField(_("gender"), max_length=12, choices=Gender)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    birth_is_estimated = models.BooleanField(
        _("date of birth is estimated"), default=False, help_text=_("Reckoned from the age that was told.")
    )
    marital_status = models.CharField(_("marital status"), max_length=8, choices=MaritalStatus, blank=True)
    blood_group = models.CharField(_("blood group"), max_length=3, choices=BLOOD_GROUPS, blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    state = models.CharField(_("State"), max_length=2, choices=gst.state_choices, blank=True)
    postal_code = models.CharField(_("PIN code"), max_length=10, blank=True)
    country = models.CharField(_("country"), max_length=3, default="IND")
    gstin = models.CharField(
        _("GSTIN"), max_length=15, blank=True, help_text=_("Only for business customers.")
    )
    skin_type = models.CharField(_("skin type"), max_length=50, blank=True)
    allergies = models.TextField(
        _("allergies and reactions"), blank=True, help_text=_("Shown wherever the person is named.")
    )
    chief_concern = models.CharField(_("chief concern"), max_length=200, blank=True)
    chronic_conditions = models.TextField(_("chronic conditions"), blank=True)
    alert = models.CharField(
        _("alert"), max_length=200, blank=True, help_text=_("Shown wherever the person is named.")
    )
    notes = models.TextField(_("notes"), blank=True)
    emergency_name = models.CharField(_("emergency contact"), max_length=100, blank=True)
    emergency_phone = models.CharField(_("emergency phone"), max_length=16, blank=True)
    emergency_relation = models.CharField(_("relation"), max_length=40, blank=True)
    identity_kind = models.CharField(_("national id"), max_length=8, choices=IdentityKind, blank=True)
    identity_sealed = models.TextField(editable=False, blank=True)
    identity_index = models.CharField(max_length=64, editable=False, blank=True, db_index=True)
    identity_ending = models.CharField(max_length=4, editable=False, blank=True)
    household = models.ForeignKey(
        "Household",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("household"),
    )
    guardian = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="wards", verbose_name=_("guardian")
    )
    guardian_relation = models.CharField(_("guardian is"), max_length=40, blank=True)
    photo = models.ForeignKey(
        "Document", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )
    erased_at = models.DateTimeField(null=True, editable=False)
    language = models.CharField(_("language"), max_length=5, default="en-in")
    registered_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", editable=False)

    name_words = models.GeneratedField(
        expression=Func(Func(F("full_name"), function="customers_words"), function="array_to_tsvector"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    name_sounds = models.GeneratedField(
        expression=Func(F("full_name"), function="customers_sounds"),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )
    number_parts = models.GeneratedField(
        expression=Func(
            Func(F("phone"), function="clinic_trigrams"),
            Func(
                Func(F("second_phone"), function="clinic_trigrams"),
                Func(F("reference"), function="clinic_trigrams"),
                function="array_cat",
            ),
            function="array_cat",
        ),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )

    objects = CustomerQuerySet.as_manager()
    privacy = Privacy(
        path="",
        retention="contact",
        columns=(
            "full_name", "phone", "email", "born_on", "address", "city", "postal_code", "gstin",
            "blood_group", "skin_type", "allergies", "chief_concern", "notes", "second_phone", "marital_status",
            "chronic_conditions", "alert", "emergency_name", "emergency_phone", "emergency_relation",
            "identity_ending", "guardian_relation",
        ),
        secret=("identity_sealed", "identity_index"),
    )  # fmt: skip

    #: `clinic.locks.lock_row` refuses a record of which one of these is set.
    gone_when = ("merged_into_id", "erased_at")

    class Meta:
        verbose_name = _("customer")
        ordering = ["full_name"]
        indexes = [
            models.Index(
                name="customer_merged", fields=["merged_into"], condition=Q(merged_into__isnull=False)
            ),
            GinIndex(name="customer_name_words", fields=["name_words"]),
            GinIndex(name="customer_number_parts", fields=["number_parts"]),
            GinIndex(name="customer_name_sounds", fields=["name_sounds"]),
            models.Index(name="customer_by_name", fields=["full_name", "id"]),
            models.Index(
                name="customer_by_second_phone", fields=["second_phone"], condition=~Q(second_phone="")
            ),
            models.Index(name="customer_by_birth", fields=["born_on"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="customer_phone_is_e164",
                condition=Q(phone__regex=r"^\+[1-9][0-9]{6,14}$") | Q(phone="", erased_at__isnull=False),
                violation_error_message=_("Enter a phone number with its country code."),
            ),
            models.CheckConstraint(
                name="customer_other_phones_are_e164",
                condition=Q(second_phone__regex=r"^(\+[1-9][0-9]{6,14})?$")
                & Q(emergency_phone__regex=r"^(\+[1-9][0-9]{6,14})?$"),
                violation_error_message=_("Enter a phone number with its country code."),
            ),
            models.CheckConstraint(
                name="customer_is_not_their_own_guardian",
                condition=Q(guardian__isnull=True) | ~Q(guardian=F("id")),
                violation_error_message=_("Nobody is their own guardian."),
            ),
            models.CheckConstraint(
                name="customer_identity_whole",
                condition=Q(identity_sealed="", identity_index="", identity_ending="")
                | ~(
                    Q(identity_sealed="") | Q(identity_index="") | Q(identity_ending="") | Q(identity_kind="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def clean(self) -> None:
        """What the fields must say on their own and to each other; each error stands beside its field."""
        names = [*facts.RULES, "country", "state"]
        clean, wrong = facts.check({name: getattr(self, name) for name in names})
        for name, value in clean.items():
            setattr(self, name, value)
        if wrong:
            raise ValidationError(wrong)

    def get_absolute_url(self) -> str:
        return reverse("customer-detail", args=[self.pk])

    @property
    def address_shown(self) -> str:
        """One line; the State only by its name."""
        state = gst.STATES[self.state].name if self.state in gst.STATES else ""
        country = (
            "" if self.country == countries.INDIA else str(countries.NAMES.get(self.country, self.country))
        )
        parts = [self.address, f"{self.city} {self.postal_code}".strip(), state, country]
        return ", ".join(part for part in parts if part)

    @property
    def first_name(self) -> str:
        return self.full_name.split()[0]

    @property
    def identity_shown(self) -> str:
        """The national id by its last characters alone."""
        return identities.masked(self.identity_ending)

    @property
    def is_minor(self) -> bool:
        return self.age is not None and self.age < FULL_AGE

    @property
    def phone_shown(self) -> str:
        return phones.shown(self.phone)

    @property
    def age(self) -> int | None:
        """Completed years today, in the active time zone."""
        if self.born_on is None:
            return None
        today = timezone.localdate()
        return (
            today.year
            - self.born_on.year
            - ((today.month, today.day) < (self.born_on.month, self.born_on.day))
        )


class SeenAt(models.Model):
    """A branch that knows a customer of another one, because the person is shared with it or was booked there."""

    pk = models.CompositePrimaryKey("customer_id", "branch_id")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="seen_at")
    branch = models.ForeignKey(Branch, models.PROTECT)

    append_only = False
    deletable = True
    privacy = Privacy(path="customer", retention="contact")

    def __str__(self) -> str:
        return f"{self.customer_id} at {self.branch_id}"


class Standing(models.Model):
    """One row per customer of what upper apps know, so that the list sorts without joining upwards.

    Written by the upper verbs through `customers.domain.note_standing`. Money in rupees.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="standing")
    active_packages = models.PositiveIntegerField(default=0)
    last_visit_on = models.DateField(null=True)
    due = models.DecimalField(max_digits=12, decimal_places=2, default=0)

    append_only = False
    deletable = False
    privacy = Privacy(path="customer", retention="contact")

    class Meta:
        indexes = [
            models.Index(name="standing_by_packages", fields=["active_packages", "customer"]),
            models.Index(name="standing_by_due", fields=["due", "customer"]),
            models.Index(name="standing_by_visit", fields=["last_visit_on", "customer"]),
            models.Index(
                F("last_visit_on").desc(nulls_last=True), F("customer").desc(), name="standing_by_visit_down"
            ),
        ]

    def __str__(self) -> str:
        return f"standing of {self.customer_id}"


class ReferenceCounter(models.Model):
    """The last serial of one month's reference numbers, locked while the next is taken.

    Branches whose codes begin with the same two letters share it: the number doesn't tell them apart.
    """

    stem = models.CharField(max_length=2)
    month = models.CharField(max_length=4)
    last_serial = models.PositiveIntegerField(default=0)

    append_only = False
    deletable = False
    privacy = None

    class Meta:
        constraints = [models.UniqueConstraint(name="referencecounter_once", fields=["stem", "month"])]

    def __str__(self) -> str:
        return f"{self.stem}{self.month}"
