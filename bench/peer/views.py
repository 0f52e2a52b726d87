"""ModelViewSet with nested serializers, pages by OFFSET with a count, and a log row by the ORM."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from agencies.access.models import AccessRecord
from agencies.models import Client
from coordination.referrals.models import Referral
from households.register.models import FamilyCard, Household, Person, Share


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = Person
        fields = [
            "id",
            "name",
            "sex",
            "birth_date",
            "relation",
            "marital_status",
            "birth_place",
            "mother_name",
            "nik_last4",
            "nisn_last4",
            "phone",
            "school_participation",
            "occupation",
            "education",
            "status",
            "possible_duplicate_of",
        ]


class PupilSerializer(serializers.ModelSerializer):
    class Meta:
        model = Person
        fields = [
            "id",
            "name",
            "sex",
            "birth_date",
            "relation",
            "marital_status",
            "nik_last4",
            "nisn_last4",
            "phone",
            "school_participation",
        ]


class FamilyCardSerializer(serializers.ModelSerializer):
    class Meta:
        model = FamilyCard
        fields = ("id", "number_last4", "since", "until")


class HouseholdSerializer(serializers.ModelSerializer):
    people = PersonSerializer(many=True, read_only=True, source="residents")
    family_cards = FamilyCardSerializer(many=True, read_only=True, source="cards")

    class Meta:
        model = Household
        fields = ("id", "region", "rt", "rw", "address", "version", "updated_at", "people", "family_cards")


class SharedHouseholdSerializer(serializers.ModelSerializer):
    people = serializers.SerializerMethodField()

    class Meta:
        model = Household
        fields = ("id", "region", "rt", "rw", "version", "updated_at", "people")

    def get_people(self, household: Household) -> list[dict[str, Any]]:
        """Those whom the share names."""
        share = open_shares(self.context["request"].user).filter(household=household).first()
        return PupilSerializer(household.residents.filter(pk__in=share.subjects), many=True).data


def open_shares(client: Client) -> QuerySet[Share]:
    """The shares that the caller holds today."""
    return Share.objects.filter(
        agency=client.agency, purpose="schooling", closed_at=None, until__gte=timezone.localdate()
    )


def log(request: Request, action: str, resource: str, subjects: list[Any]) -> None:
    """One row for each call."""
    client = request.user
    AccessRecord.objects.create(
        agency=client.agency_id,
        city=client.agency.region_id,
        client=client.pk,
        purpose=request.headers.get("X-Purpose", ""),
        action=action,
        resource=resource,
        subjects=subjects,
        count=len(subjects),
    )


class HouseholdViewSet(ModelViewSet):
    """Families with their people."""

    def get_serializer_class(self) -> Any:
        """What the office may see."""
        return HouseholdSerializer if self.request.user.agency.kind == "social" else SharedHouseholdSerializer

    def get_queryset(self) -> QuerySet[Household]:
        """The office's families."""
        agency, region = self.request.user.agency, self.request.query_params.get("region")
        if agency.kind == "social":
            rows = Household.objects.filter(city=agency.region_id)
        else:
            rows = Household.objects.filter(shares__in=open_shares(self.request.user))
        return (rows.filter(region=region) if region else rows).order_by("id")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page."""
        response = super().list(request, *args, **kwargs)
        log(request, "list", "household", [item["id"] for item in response.data["results"]])
        return response

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One family."""
        response = super().retrieve(request, *args, **kwargs)
        log(request, "read", "household", [response.data["id"]])
        return response


class ReferralSerializer(serializers.ModelSerializer):
    class Meta:
        model = Referral
        exclude = ("share",)
        read_only_fields = ("from_agency", "household", "status", "outcome")
        validators = ()

    def validate_person(self, person: Person) -> Person:
        """One of the office's own people."""
        if person.city != self.context["request"].user.agency.region_id:
            raise ValidationError("not yours")
        return person


class ReferralViewSet(ModelViewSet):
    """Referrals, each with the share that it opens."""

    serializer_class = ReferralSerializer
    queryset = Referral.objects.all()

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        """Open a share and send."""
        given, now = serializer.validated_data, timezone.now()
        share = Share.objects.create(
            household=given["person"].household,
            agency=given["to_agency"],
            purpose=given["kind"],
            subjects=[given["person"].pk],
            until=timezone.localdate() + timedelta(days=180),
        )
        agency = self.request.user.agency
        made = serializer.save(
            from_agency=agency, household=given["person"].household, share=share, sent_at=now, status="requested"
        )
        log(self.request, "create", "referral", [made.pk, made.person_id])
