"""Every endpoint on one screen."""

from typing import Any

from django.contrib import admin
from django.urls import URLPattern, path, re_path
from django.views.generic import RedirectView

from agencies.api import (
    AccessRecordViewSet,
    AgencyViewSet,
    AgreementViewSet,
    JointLeaveViewSet,
    Me,
    OfficerViewSet,
    RegionList,
)
from agencies.jobs.api import JobViewSet
from agencies.web import health, oauth
from agencies.web.openapi import OpenAPI
from agencies.web.views import ResourceViewSet
from coordination import documentation, pages
from coordination.business_groups.api import BusinessGroupViewSet, GroupMemberViewSet
from coordination.business_groups.transitions import MOVES as GROUP_MOVES
from coordination.cohorts.api import CohortEditionViewSet, CohortViewSet
from coordination.matching.api import GapViewSet, LivelihoodViewSet, MatchViewSet, WeightingViewSet
from coordination.monitoring.api import HeadcountViewSet
from coordination.queue.api import AskViewSet, QueueViewSet
from coordination.referrals.api import (
    METHODS,
    EndedBatchViewSet,
    NoteViewSet,
    PullRequestViewSet,
    ReferralMoveViewSet,
    ReferralViewSet,
)
from coordination.referrals.attachments import AttachmentViewSet, TakenBackViewSet
from coordination.referrals.transitions import MOVES
from coordination.schooling.api import (
    CaseMoveViewSet,
    FollowUpViewSet,
    SchoolingCaseViewSet,
    VerificationViewSet,
    VisitViewSet,
)
from coordination.schooling.pupils import PupilViewSet
from coordination.schooling.transitions import MOVES as CASE_MOVES
from coordination.schools.api import PlacementViewSet, PlaceViewSet, SchoolViewSet
from coordination.timeline.api import TimelineViewSet
from coordination.trainees import pages as open_pages
from coordination.trainees.api import (
    AttendanceViewSet,
    CertificateViewSet,
    CheckInViewSet,
    CodesViewSet,
    CompetencyTestViewSet,
    FinishedBatchViewSet,
    ListViewSet,
    OutcomeViewSet,
    SheetViewSet,
    TraineeViewSet,
)
from coordination.training.api import (
    ApplicationViewSet,
    BatchViewSet,
    ProgrammeViewSet,
    RankingViewSet,
    SessionViewSet,
)
from coordination.training.sheets_api import ApplicantSheetViewSet, ParticipantSheetViewSet
from coordination.training.transitions import APPLICATION_MOVES, BATCH_MOVES
from households.intake import api as intake
from households.register import api as register

# Moves of a batch that mean something beyond it: to the referrals to it, and to whoever takes part.
BATCH_VIEWS = {"cancel": EndedBatchViewSet, "test": FinishedBatchViewSet, "finish": FinishedBatchViewSet}


def api(route: str, view: type[ResourceViewSet], **methods: Any) -> URLPattern:
    """One path of the API, with or without a trailing slash; `{id}` stands for the key."""
    pattern = route.replace("{id}", r"(?P<id>[^/]+)").replace(".", r"\.")
    return re_path(rf"^api/v1/{pattern}/?$", view.as_view(dict(methods)), name=route.replace(":", "-"))


def plain(route: str, view: Any) -> URLPattern:
    """One path of the API that is no resource of the table."""
    pattern = route.replace(".", r"\.")
    found: URLPattern = re_path(rf"^api/v1/{pattern}/?$", view.as_view(), name=route)
    return found


urlpatterns = [
    path("livez", health.livez),
    path("readyz", health.readyz),
    re_path(r"^oauth/token/?$", oauth.token),
    re_path(r"^oauth/revoke/?$", oauth.revoke),
    re_path(r"^oauth/introspect/?$", oauth.introspect),
    plain("me", Me),
    plain("openapi.json", OpenAPI),
    plain("regions", RegionList),
    api("agencies", AgencyViewSet, get="list"),
    api("agencies/{id}", AgencyViewSet, get="retrieve"),
    api("officers", OfficerViewSet, get="list"),
    api("joint-leaves", JointLeaveViewSet, get="list"),
    api("joint-leaves/{id}", JointLeaveViewSet, get="retrieve"),
    api("agreements", AgreementViewSet, get="list"),
    api("agreements/{id}", AgreementViewSet, get="retrieve"),
    api("access-records", AccessRecordViewSet, get="list"),
    api("access-records/{id}", AccessRecordViewSet, get="retrieve"),
    api("jobs", JobViewSet, get="list"),
    api("jobs/{id}", JobViewSet, get="retrieve"),
    api("households", register.HouseholdViewSet, get="list", post="create"),
    api("households/{id}", register.HouseholdViewSet, get="retrieve", patch="partial_update"),
    api("households/{id}/history", register.HouseholdViewSet, get="history"),
    api("households/{id}/timeline", TimelineViewSet, get="timeline"),
    api("family-cards", register.FamilyCardViewSet, get="list"),
    api("family-cards/{id}", register.FamilyCardViewSet, get="retrieve"),
    api("persons", register.PersonViewSet, get="list", post="create"),
    api("persons:lookup", register.PersonViewSet, post="lookup"),
    api("persons/{id}", register.PersonViewSet, get="retrieve", patch="partial_update"),
    api("persons/{id}/history", register.PersonViewSet, get="history"),
    api("persons/{id}/move", register.PersonViewSet, post="move"),
    api("persons/{id}/reveal", register.PersonViewSet, post="reveal"),
    api("memberships", register.MembershipViewSet, get="list"),
    api("memberships/{id}", register.MembershipViewSet, get="retrieve"),
    api("assessments", register.AssessmentViewSet, get="list", post="create"),
    api("assessments/{id}", register.AssessmentViewSet, get="retrieve"),
    api("listings", register.ListingViewSet, get="list"),
    api("listings/{id}", register.ListingViewSet, get="retrieve"),
    api("listings/{id}/exit", register.ListingViewSet, post="exit"),
    api("listings/{id}/history", register.ListingViewSet, get="history"),
    api("shares", register.ShareViewSet, get="list", post="create"),
    api("shares/{id}", register.ShareViewSet, get="retrieve"),
    api("shares/{id}/close", register.ShareViewSet, post="close"),
    api("shares/{id}/history", register.ShareViewSet, get="history"),
    api("imports", intake.ImportViewSet, get="list", post="create"),
    api("imports/{id}", intake.ImportViewSet, get="retrieve"),
    api("imports/{id}/errors.csv", intake.ImportViewSet, get="errors"),
    api("findings", intake.FindingViewSet, get="list"),
    path("docs/", documentation.contract),
    re_path(r"^docs/problems/?$", documentation.problems),
    re_path(r"^docs/problems/(?P<code>[a-z_]+)/?$", documentation.problem),
    re_path(r"^(docs)?$", RedirectView.as_view(url="/docs/")),
    api("referrals", ReferralViewSet, get="list", post="create"),
    api("referrals/{id}", ReferralViewSet, get="retrieve", patch="partial_update"),
    api("referrals/{id}/history", ReferralViewSet, get="history"),
    api("referrals:batch", ReferralViewSet, post="many"),
    *(api(f"referrals/{{id}}/{move}", ReferralViewSet, post=METHODS.get(move, move)) for move in MOVES),
    api("referral-moves", ReferralMoveViewSet, get="list"),
    api("referral-moves/{id}", ReferralMoveViewSet, get="retrieve"),
    api("notes", NoteViewSet, get="list", post="create"),
    api("notes/{id}", NoteViewSet, get="retrieve"),
    api("attachments", AttachmentViewSet, get="list", post="create"),
    api("attachments/{id}", AttachmentViewSet, get="retrieve"),
    api("attachments/{id}/content", AttachmentViewSet, get="content"),
    api("attachments/{id}/remove", TakenBackViewSet, post="remove"),
    api("pull-requests", PullRequestViewSet, get="list", post="create"),
    api("pull-requests/{id}", PullRequestViewSet, get="retrieve"),
    api("pull-requests/{id}/answer", PullRequestViewSet, post="answer"),
    api("pull-requests/{id}/decline", PullRequestViewSet, post="decline"),
    api("programmes", ProgrammeViewSet, get="list", post="create"),
    api("programmes/{id}", ProgrammeViewSet, get="retrieve", patch="partial_update"),
    api("batches", BatchViewSet, get="list", post="create"),
    api("batches/{id}", BatchViewSet, get="retrieve", patch="partial_update"),
    api("batches/{id}/calendar.ics", BatchViewSet, get="calendar"),
    api("batches/{id}/ranking", RankingViewSet, get="ranking"),
    api("batches/{id}/applicants", ApplicantSheetViewSet, post="take_in"),
    api("batches/{id}/participants.csv", ParticipantSheetViewSet, get="as_csv"),
    api("batches/{id}/participants.xlsx", ParticipantSheetViewSet, get="as_xlsx"),
    api("sessions", SessionViewSet, get="list", post="create"),
    api("sessions/{id}", SessionViewSet, get="retrieve", patch="partial_update"),
    *(api(f"batches/{{id}}/{move}", BATCH_VIEWS.get(move, BatchViewSet), post=move) for move in BATCH_MOVES),
    api("applications", ApplicationViewSet, get="list", post="create"),
    api("applications:batch", ApplicationViewSet, post="batch"),
    api("applications/{id}", ApplicationViewSet, get="retrieve", patch="partial_update"),
    api("applications/{id}/conditions", ApplicationViewSet, get="conditions"),
    *(api(f"applications/{{id}}/{move}", ApplicationViewSet, post=move) for move in APPLICATION_MOVES),
    api("sessions/{id}/attendance", SheetViewSet, get="sheet", put="record"),
    api("sessions/{id}/attendance-list", ListViewSet, post="upload"),
    api("sessions/{id}/check-in", CheckInViewSet, post="check_in"),
    api("batches/{id}/participation-codes", CodesViewSet, get="codes"),
    api("attendance", AttendanceViewSet, get="list"),
    api("attendance/{id}", AttendanceViewSet, get="retrieve"),
    api("trainees", TraineeViewSet, get="list"),
    api("trainees/{id}", TraineeViewSet, get="retrieve"),
    api("trainees/{id}/history", TraineeViewSet, get="history"),
    api("competency-tests", CompetencyTestViewSet, get="list", post="create"),
    api("competency-tests/{id}", CompetencyTestViewSet, get="retrieve"),
    api("certificates", CertificateViewSet, get="list", post="create"),
    api("certificates/{id}", CertificateViewSet, get="retrieve"),
    api("certificates/{id}/pdf", CertificateViewSet, get="pdf"),
    api("certificates/{id}/history", CertificateViewSet, get="history"),
    api("certificates/{id}/revoke", CertificateViewSet, post="revoke"),
    plain("certificate-checks", open_pages.CertificateCheck),
    path("verify", open_pages.verify),
    path("verify/<path:number>", open_pages.verify),
    path("check-in/<str:token>", open_pages.check_in),
    api("outcomes", OutcomeViewSet, get="list"),
    api("outcomes/{id}", OutcomeViewSet, get="retrieve"),
    api("outcomes/{id}/answer", OutcomeViewSet, post="answer"),
    api("outcomes/{id}/history", OutcomeViewSet, get="history"),
    api("business-groups", BusinessGroupViewSet, get="list", post="create"),
    api("business-groups/{id}", BusinessGroupViewSet, get="retrieve"),
    api("business-groups/{id}/history", BusinessGroupViewSet, get="history"),
    *(api(f"business-groups/{{id}}/{move}", BusinessGroupViewSet, post=move) for move in GROUP_MOVES),
    api("group-members", GroupMemberViewSet, get="list"),
    api("group-members/{id}", GroupMemberViewSet, get="retrieve"),
    api("persons/{id}/batches", MatchViewSet, get="batches"),
    api("batches/{id}/people", MatchViewSet, get="people"),
    api("livelihoods", LivelihoodViewSet, get="list", post="create"),
    api("livelihoods/{id}", LivelihoodViewSet, get="retrieve"),
    api("training-gaps", GapViewSet, get="gaps"),
    api("match-weights", WeightingViewSet, get="list", post="create"),
    api("match-weights/{id}", WeightingViewSet, get="retrieve"),
    api("queue", QueueViewSet, get="list"),
    api("queue:refer", QueueViewSet, post="refer"),
    api("queue/{id}/ask", AskViewSet, post="ask"),
    api("schools", SchoolViewSet, get="list", post="create"),
    api("schools/{id}", SchoolViewSet, get="retrieve", patch="partial_update"),
    api("places", PlaceViewSet, get="list", post="create"),
    api("places/{id}", PlaceViewSet, get="retrieve", patch="partial_update"),
    api("placements", PlacementViewSet, get="list"),
    api("placements/{id}", PlacementViewSet, get="retrieve"),
    api("schooling-cases", SchoolingCaseViewSet, get="list", post="create"),
    api("schooling-cases:batch", SchoolingCaseViewSet, post="many"),
    api("schooling-cases:assign", SchoolingCaseViewSet, post="assign_many"),
    api("schooling-cases/{id}", SchoolingCaseViewSet, get="retrieve", patch="partial_update"),
    api("schooling-cases/{id}/history", SchoolingCaseViewSet, get="history"),
    *(api(f"schooling-cases/{{id}}/{move}", SchoolingCaseViewSet, post=move.replace("-", "_")) for move in CASE_MOVES),
    api("case-moves", CaseMoveViewSet, get="list"),
    api("case-moves/{id}", CaseMoveViewSet, get="retrieve"),
    api("visits", VisitViewSet, get="list"),
    api("visits/{id}", VisitViewSet, get="retrieve"),
    api("verifications", VerificationViewSet, get="list"),
    api("verifications/{id}", VerificationViewSet, get="retrieve"),
    api("follow-ups", FollowUpViewSet, get="list"),
    api("follow-ups/{id}", FollowUpViewSet, get="retrieve"),
    api("follow-ups/{id}/answer", FollowUpViewSet, post="answer"),
    api("pupils", PupilViewSet, get="list", post="create"),
    api("pupils:propose-aid", PupilViewSet, post="propose_aid"),
    api("pupils:unaided", PupilViewSet, get="count_unaided"),
    api("pupils/{id}", PupilViewSet, get="retrieve", patch="partial_update"),
    api("headcounts", HeadcountViewSet, get="list", post="create"),
    api("headcounts/{id}", HeadcountViewSet, get="retrieve"),
    api("cohorts", CohortViewSet, get="list"),
    api("cohorts/{id}", CohortViewSet, get="retrieve"),
    api("cohort-editions", CohortEditionViewSet, get="list", post="create"),
    api("cohort-editions/{id}", CohortEditionViewSet, get="retrieve"),
    path("admin/", admin.site.urls),
]
handler400 = pages.bad_request
handler403 = pages.forbidden
handler404 = pages.not_found
handler500 = pages.server_error
