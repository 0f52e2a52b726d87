"""Admin pages of business groups; who joins and leaves comes through the API, which knows the rules."""

from django.contrib import admin

from agencies.web.admin import ShieldedAdmin
from coordination.business_groups.models import BusinessGroup, GroupMember


@admin.register(BusinessGroup)
class BusinessGroupAdmin(ShieldedAdmin):
    """Groups."""

    columns = ("name", "sector", "region", "status", "formed_on", "agency")
    filters = ("status",)
    search_fields = ("name__istartswith",)


@admin.register(GroupMember)
class GroupMemberAdmin(ShieldedAdmin):
    """Who is in them."""

    columns = ("group", "person", "role", "joined_on", "left_on")
    filters = ("role",)
