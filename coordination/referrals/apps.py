"""Application coordination.referrals."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "coordination.referrals"
    label = "referrals"
