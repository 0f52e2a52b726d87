"""Arranging a share, as the owner of the tables."""

from datetime import timedelta

from django.utils import timezone

from households.register.models import Share
from tests.conftest import owner


def share(world, name, *labels, **more):
    """Open the household of these people (`A daughter`) to an agency for thirty days."""
    purpose = {"education": "schooling", "manpower": "training"}[world.agencies[name].kind]
    with owner():
        return Share.objects.create(
            household=world.households[labels[0][0]],
            agency=world.agencies[name],
            subjects=[world.people[label].pk for label in labels],
            **{"purpose": purpose, "until": timezone.localdate() + timedelta(days=30), **more},
        )
