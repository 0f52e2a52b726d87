"""Two resources."""

from rest_framework.routers import SimpleRouter

from bench.peer.views import HouseholdViewSet, ReferralViewSet

router = SimpleRouter(trailing_slash=False)
router.register("households", HouseholdViewSet, basename="household")
router.register("referrals", ReferralViewSet)
urlpatterns = router.urls
