"""The access log: who read or changed personal data, when and why; and the seals that make it tamper-evident."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from agencies.access import policy
from agencies.access.caller import current_caller


class Granted(models.Manager[Any]):
    """Rows with only the columns that the caller's role may read, so that ORM instances work under its grants."""

    def get_queryset(self) -> models.QuerySet[Any]:
        """All rows; columns outside the caller's grant are left out."""
        caller, rows = current_caller(), super().get_queryset()
        if caller is None:
            return rows
        found = policy.grant(caller.kind, caller.role, self.model.resource())
        if found is None:
            return rows
        return rows.only(*policy.selectable(self.model.resource(), found))


class Shielded(models.Model):
    """A model whose rows the access table governs."""

    objects: ClassVar[Any] = Granted()
    # What its documents tell beyond columns: name -> (field whose readers are told, expression).
    DERIVED: ClassVar[Mapping[str, tuple[str, Any]]] = {}

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @classmethod
    def resource(cls) -> str:
        """The model's name in the access table."""
        return RESOURCES[cls._meta.label]


RESOURCES = {label: resource for resource, label in policy.MODELS.items()}


class FullTransactionId(models.Field):  # type: ignore[type-arg] # not subscriptable at run time
    """PostgreSQL's xid8: the transaction that wrote the row; orders rows by what had committed when."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class AccessRecord(models.Model):
    """One call that read or changed personal data, or was refused it. Holds ids only, never personal data."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    txid = FullTransactionId(db_default=models.Func(function="pg_current_xact_id"), editable=False)
    agency = models.UUIDField(null=True)
    city = models.CharField(max_length=13, db_collation="C", default="")
    client = models.UUIDField(null=True)
    officer = models.UUIDField(null=True)
    initiator = models.CharField(max_length=64, default="")
    purpose = models.CharField(max_length=40, default="")
    basis = models.CharField(max_length=120, default="")
    agreement = models.UUIDField(null=True)
    action = models.CharField(max_length=40)
    resource = models.CharField(max_length=40)
    decision = models.CharField(max_length=20, default="granted")
    subjects = ArrayField(models.UUIDField(), default=list)
    fields = models.CharField(max_length=200, default="")
    count = models.IntegerField(default=0)
    request_id = models.CharField(max_length=64, default="")

    class Meta:
        indexes = (
            models.Index(fields=["txid", "id"], name="access_record_order"),
            models.Index(fields=["client", "id"], name="access_record_client"),
        )

    def __str__(self) -> str:
        return f"{self.at} {self.action} {self.resource}"


class AccessSeal(models.Model):
    """A sealed run of access records: their ids and digests, chained to the seal before."""

    id = models.BigAutoField(primary_key=True)
    sealed_at = models.DateTimeField(db_default=Now())
    last_txid = FullTransactionId()
    last_record = models.BigIntegerField()
    floor = models.BigIntegerField(default=0, help_text="Records up to this one came from a server before this one.")
    greatest = models.BigIntegerField(default=0, help_text="The greatest record sealed so far.")
    records = ArrayField(models.BigIntegerField())
    digests = models.BinaryField()
    subjects = ArrayField(models.UUIDField())
    previous = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        indexes = (GinIndex(fields=["subjects"], name="access_seal_subjects"),)

    def __str__(self) -> str:
        return f"seal {self.pk}"
