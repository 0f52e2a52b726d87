"""What the table speaks of: each resource, its model, and its fields grouped by purpose. Data only."""

MODELS = {
    "agency": "agencies.Agency",
    "agreement": "agencies.Agreement",
    "officer": "agencies.Officer",
    "client": "agencies.Client",
    "access_record": "access.AccessRecord",
    "job": "jobs.Job",
    "household": "register.Household",
    "family_card": "register.FamilyCard",
    "person": "register.Person",
    "membership": "register.Membership",
    "assessment": "register.Assessment",
    "listing": "register.Listing",
    "share": "register.Share",
    "import": "intake.ImportBatch",
    "finding": "intake.Finding",
    "referral": "referrals.Referral",
    "note": "referrals.Note",
    "programme": "training.Programme",
    "batch": "training.Batch",
    "application": "training.Application",
    "queue_item": "queue.QueueItem",
    "queue_count": "queue.QueueCount",
    "headcount": "monitoring.Headcount",
}

INTERNAL = "INTERNAL"

# Resource -> group -> fields. Every field of a model stands in exactly one group; a new field in none stops the
# server. `key` and `system` are read by all who read the resource, `system` is written by all who change it; `scope`
# is what row scopes compare and what an INSERT gives back; it never stands in a document.
FIELDS = {
    "agency": {"key": "id", "office": "kind name region is_active"},
    "agreement": {
        "key": "id",
        "terms": "from_agency to_agency purpose legal_basis number region starts until ended_at",
    },
    "officer": {
        "key": "id",
        "account": "username full_name staff_number agency roles is_active last_login created_at",
        "secret": "password",
    },
    "client": {
        "key": "id",
        "account": "client_id name agency role scopes purposes jwks is_active created_at",
        "secret": "secret_digest",
    },
    "access_record": {
        "key": "id",
        "call": "at agency client officer initiator action resource decision request_id",
        "purpose": "purpose basis agreement",
        "what": "subjects fields count",
        "scope": "city",
        INTERNAL: "txid",
    },
    "job": {
        "key": "id",
        "progress": "kind subject status done total counts problem created_at finished_at expires_at",
        "scope": "agency",
        INTERNAL: "caller attempts",
    },
    "household": {
        "key": "id",
        "place": "region",
        "neighbourhood": "rt rw",
        "address": "address",
        "system": "version updated_at",
        "scope": "city district created_at",
    },
    "family_card": {
        "key": "id household",
        "card": "number_last4 since until",
        "sealed": "number_cipher",
        "lookup": "number_digest",
        "scope": "city",
    },
    "person": {
        "key": "id household",
        "identity": "name sex birth_date",
        "relation": "relation marital_status",
        "origin": "birth_place mother_name",
        "national_number": "nik_last4",
        "student_number": "nisn_last4",
        "contact": "phone",
        "schooling": "school_participation",
        "work": "occupation education",
        "health": "disabilities pregnant",
        "vital": "status",
        "review": "possible_duplicate_of",
        "system": "version updated_at",
        "sealed": "nik_cipher nisn_cipher",
        "lookup": "nik_digest nisn_digest",
        "search": "name_key",
        "scope": "city created_at",
    },
    "membership": {"key": "id household person", "period": "since until"},
    "assessment": {
        "key": "id person",
        "welfare": "source period status decile",
        "aid": "food_aid cash_transfer premium_subsidy",
        INTERNAL: "batch",
    },
    "listing": {
        "key": "id person",
        "entry": "source register_number household entered_on entry_reason decree",
        "exit": "exited_on exit_reason evidence",
        "scope": "city",
        INTERNAL: "batch",
    },
    "share": {
        "key": "id household agency",
        "terms": "purpose agreement opened_at until",
        "end": "closed_at closed_reason",
        "subjects": "subjects",
    },
    "import": {
        "key": "id",
        "request": "kind period dry_run file_name job created_at",
        "result": "counts applied_at",
        "file": "content",
        "scope": "agency city",
        INTERNAL: "content_digest",
    },
    "finding": {"key": "id batch", "finding": "line column code severity"},
    "referral": {
        "key": "id household person",
        "request": "from_agency to_agency kind reason due_on batch",
        "state": "status sent_at decided_at ended_at outcome",
        "system": "version updated_at",
        "link": "share",
        "scope": "created_at",
    },
    "note": {"key": "id referral", "note": "text author agency created_at"},
    "programme": {
        "key": "id",
        "offer": "name vocation sector hours minimum_age provider",
        "system": "version updated_at",
    },
    "batch": {
        "key": "id programme",
        "offer": "name venue region starts_on ends_on registration_until provider",
        "seats": "capacity status",
        "counter": "seats_taken",
        "system": "version updated_at",
        "scope": "city",
    },
    "application": {
        "key": "id batch person household",
        "state": "status rank decided_at source provider created_at",
        "system": "version updated_at",
    },
    "queue_item": {
        "key": "id urgency",
        "item": "kind person household referral region reason assignee since due_on",
        "scope": "agency city starts_on ends_on",
        INTERNAL: "subject about place named",
    },
    "queue_count": {
        "key": "id",
        "figure": "kind place assignee named day change",
        "scope": "agency",
    },
    "headcount": {
        "key": "id",
        "figure": "year region measure basis value hidden unit source as_of published_by",
        "scope": "city",
    },
}

# Documents that carry rows of another resource: resource -> name in the document -> (resource, its link back).
NESTED = {"household": {"people": ("person", "household"), "family_cards": ("family_card", "household")}}
