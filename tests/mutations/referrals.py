"""Ways to break referrals and what hangs on them."""

from tests.mutations import Mutation

MUTATIONS = (
    Mutation(
        "notes and files readable after the end",
        "agencies/access/rows.py",
        'filter(Q(from_agency=me.agency) | Q(opened), pk=OuterRef("referral"))',
        'filter(Q(from_agency=me.agency) | Q(to_agency=me.agency), pk=OuterRef("referral"))',
        "coordination/test_attachments.py -k ended_share",
    ),
    Mutation(
        "whatever stops the work leaves the share open",
        "coordination/referrals/services.py",
        "    end_share(referral, status=status, by=by)\n",
        "",
        "coordination/test_referral_moves.py -k passed_on",
    ),
    Mutation(
        "a thousand at a time are not judged as one is",
        "coordination/referrals/many.py",
        'person_fault(person) or receiver_fault(receiver, values["kind"], person.city)',
        "person_fault(person)",
        "coordination/test_many_referrals.py -k reasons",
    ),
    Mutation(
        "on hold the clock runs on",
        "coordination/referrals/due.py",
        '"due_at": None}\n    if name == "resume"',
        '"due_at": referral.due_at}\n    if name == "resume"',
        "coordination/test_due_times.py -k hold",
    ),
    Mutation(
        "two officers both win",
        "coordination/referrals/services.py",
        "filter(pk=referral.pk, status=referral.status).update(**changes",
        "filter(pk=referral.pk).update(**changes",
        "coordination/test_referral_race.py -k state",
    ),
    Mutation(
        "a pull request tells whom it found",
        "agencies/access/duties.py",
        '"pull_request": Grant("list read create", "party", "request state", creates="asker")',
        '"pull_request": Grant("list read create", "party", "request state subject", creates="asker")',
        "coordination/test_pull_requests.py -k same",
    ),
    Mutation(
        "files judged by their name alone",
        "coordination/referrals/files.py",
        "    found = content_type_of(content)\n",
        "    found = declared\n",
        "coordination/test_attachments.py -k plainly",
    ),
    Mutation(
        "a referral is seen by its receiver before it is sent",
        "agencies/access/rows.py",
        "Q(to_agency=me.agency, sent_at__isnull=False)",
        "Q(to_agency=me.agency)",
        "agencies/test_leaks.py",
    ),
)
