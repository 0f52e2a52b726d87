"""Who takes part: regions, agencies, their officers and API clients, and the agreements between them."""

import hashlib
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencies.access import policy
from agencies.access.identifiers import new_id
from agencies.access.models import Granted, Shielded


class Region(models.Model):
    """A province, regency, district or village by its Kemendagri code."""

    class Level(models.TextChoices):
        PROVINCE = "province"
        REGENCY = "regency"
        DISTRICT = "district"
        VILLAGE = "village"

    code = models.CharField(primary_key=True, max_length=13, db_collation="C")
    name = models.CharField(max_length=100)
    level = models.CharField(max_length=8, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class RegionAlias(models.Model):
    """Another spelling or code by which papers name a region."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="aliases", db_index=False)
    scheme = models.CharField(max_length=12)
    spelling = models.CharField(max_length=100)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["region", "scheme", "spelling"], name="region_alias_once"),)
        indexes = (models.Index(fields=["spelling"], name="region_alias_spelling"),)

    def __str__(self) -> str:
        return self.spelling


class Agency(Shielded):  # type: ignore[django-manager-missing] # Share.objects is declared Any
    """An office that takes part: which kind it is and which region it serves."""

    class Kind(models.TextChoices):
        SOCIAL = "social", "Dinas Sosial"
        EDUCATION = "education", "Dinas Pendidikan"
        MANPOWER = "manpower", "Dinas Tenaga Kerja"
        OVERSIGHT = "oversight", "Inspektorat"
        PARTNER = "partner", "Mitra"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=120)
    region = models.ForeignKey(Region, models.PROTECT, db_index=False)
    is_active = models.BooleanField(default=True)

    class Meta(Shielded.Meta):
        constraints = (models.UniqueConstraint(fields=["name", "region"], name="agency_name_once"),)
        indexes = (models.Index(fields=["region", "kind"], name="agency_place"),)

    def __str__(self) -> str:
        return self.name


class OfficerManager(BaseUserManager, Granted):  # type: ignore[type-arg] # not subscriptable at run time
    """Officers by user name, for the log-in form."""


class Officer(AbstractBaseUser, Shielded):
    """A civil servant with an account; belongs to exactly one agency."""

    ROLES = tuple((role, role) for role in policy.ROLES)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=60, unique=True)
    full_name = models.CharField(max_length=120)
    staff_number = models.CharField(max_length=30, unique=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="officers")
    roles = ArrayField(models.CharField(max_length=20, choices=ROLES), size=len(policy.ROLES))
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[Any] = OfficerManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "staff_number"]

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(condition=~Q(roles=[]), name="officer_has_a_role"),
            models.CheckConstraint(condition=Q(roles__contained_by=list(policy.ROLES)), name="officer_roles_known"),
            *(
                models.CheckConstraint(
                    condition=~Q(roles__contains=list(pair)),
                    name=f"officer_not_{pair[0]}_and_{pair[1]}",
                    violation_error_message=f"One officer may not be {pair[0]} and {pair[1]}.",
                )
                for pair in policy.INCOMPATIBLE_ROLES
            ),
        )

    def __str__(self) -> str:
        return self.username

    @property
    def role(self) -> str:
        """The role in which the officer works: the first of the table's order that is held."""
        return next(role for role in policy.ROLES if role in self.roles)

    @property
    def is_staff(self) -> bool:
        """Whether the admin opens for this officer."""
        return self.is_active and policy.opens_admin(self.agency.kind, self.role)

    @property
    def works_at_desk(self) -> bool:
        """Whether the day's work of the office is this officer's."""
        return self.is_staff and policy.works_at_desk(self.agency.kind, self.role)

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """Django's `app.action_model` question, answered by the access table."""
        app, _, name = permission.partition(".")
        verb, _, model = name.rpartition("_")
        action = {"view": "read", "add": "create", "change": "change"}.get(verb)
        resource = next((r for r, label in policy.MODELS.items() if label.lower() == f"{app}.{model}"), None)
        if not self.is_staff or action is None or resource is None:
            return False
        return policy.allows(self.agency.kind, self.role, resource, action)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether anything of the application is granted."""
        granted = policy.GRANTS.get((self.agency.kind, self.role), {})
        return self.is_staff and any(policy.MODELS[resource].split(".")[0] == app_label for resource in granted)


class Client(Shielded):
    """A partner system's OAuth 2.0 client; acts for exactly one agency in one role."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client_id = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="clients")
    role = models.CharField(max_length=20, choices=Officer.ROLES)
    secret_digest = models.BinaryField(null=True, editable=False)
    jwks = models.JSONField(null=True, blank=True)
    scopes = ArrayField(models.CharField(max_length=40))
    purposes = ArrayField(models.CharField(max_length=40))
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(role__in=policy.ROLES), name="client_role_known"),
            models.CheckConstraint(
                condition=Q(purposes__contained_by=list(policy.PURPOSES)), name="client_purposes_registered"
            ),
        )

    def __str__(self) -> str:
        return self.client_id


class AccessToken(models.Model):
    """A bearer token that was handed out; only its digest is kept."""

    digest = models.BinaryField(primary_key=True)
    client = models.ForeignKey(Client, models.CASCADE, related_name="tokens")
    scopes = ArrayField(models.CharField(max_length=40))
    issued_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["expires_at"], name="access_token_expiry"),)

    def __str__(self) -> str:
        return f"token of {self.client_id}"

    @staticmethod
    def digest_of(token: str) -> bytes:
        """SHA-256: enough for a random value of 256 bits."""
        return hashlib.sha256(token.encode()).digest()


class UsedAssertion(models.Model):
    """The `jti` of a client assertion, kept until it expires so that it is accepted once (RFC 7523)."""

    client = models.ForeignKey(Client, models.CASCADE, db_index=False)
    jti = models.CharField(max_length=200)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["client", "jti"], name="assertion_once"),)

    def __str__(self) -> str:
        return self.jti


class Agreement(Shielded):  # type: ignore[django-manager-missing] # Share.objects is declared Any
    """A cooperation agreement (PKS): one agency lets another work on families for one purpose, for a time."""

    PURPOSES = tuple((code, purpose.text_id) for code, purpose in policy.PURPOSES.items())

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    from_agency = models.ForeignKey(Agency, models.PROTECT, related_name="agreements_given")
    to_agency = models.ForeignKey(Agency, models.PROTECT, related_name="agreements_held")
    purpose = models.CharField(max_length=40, choices=PURPOSES)
    legal_basis = models.CharField(max_length=200)
    number = models.CharField(max_length=60)
    region = models.ForeignKey(Region, models.PROTECT)
    starts = models.DateField()
    until = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(until__gte=models.F("starts")), name="agreement_ends_after_start"),
            models.CheckConstraint(condition=Q(purpose__in=list(policy.PURPOSES)), name="agreement_purpose_registered"),
            models.UniqueConstraint(fields=["number", "from_agency", "to_agency", "purpose"], name="agreement_once"),
        )

    def __str__(self) -> str:
        return self.number


class JointLeave(Shielded):
    """A day of joint leave (cuti bersama): offices are closed though it is no holiday; set anew by decree each year."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    day = models.DateField(unique=True)
    name = models.CharField(max_length=120)
    decree = models.CharField(max_length=200)
    is_revoked = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
