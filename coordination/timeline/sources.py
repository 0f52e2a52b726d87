"""What a family's timeline is made of, across all offices: each kind of event with its words. Data only."""

from agencies.access.streams import Source

REFERRAL = {"household": "household", "person": "person"}
OF_REFERRAL = {"household": "referral__household", "person": "referral__person"}

OF_CASE = {"household": "case__person__household", "person": "case__person"}
OF_TRAINEE = {"household": "trainee__household", "person": "trainee__person"}

SOURCES = (
    Source("listed", "listing", "entered_on", ("Masuk daftar", "Entered a register"),
           "source register_number entry_reason decree", person="person"),
    Source("left_register", "listing", "exited_on", ("Keluar dari daftar", "Left a register"),
           "source register_number exit_reason evidence", person="person"),
    Source("assessed", "assessment", "period", ("Penilaian kesejahteraan", "Welfare was assessed"),
           "source status decile", household="person__household", person="person"),
    Source("joined", "membership", "since", ("Bergabung dengan keluarga", "Joined the family"), person="person"),
    Source("moved", "membership", "until", ("Pindah dari keluarga", "Moved out of the family"), person="person"),
    Source("card_issued", "family_card", "since", ("Kartu keluarga berlaku", "A family card came into force"),
           "number_last4"),
    Source("share_opened", "share", "opened_at", ("Data dibuka untuk instansi", "Opened to an office"),
           "agency purpose until"),
    Source("share_closed", "share", "closed_at", ("Akses instansi ditutup", "Closed to an office"),
           "agency purpose closed_reason"),
    Source("referral_moved", "referral_move", "at", ("Langkah rujukan", "A referral moved"),
           "referral name from_status to_status agency author words", **OF_REFERRAL),
    Source("referral_sent", "referral", "sent_at", ("Rujukan dikirim", "A referral was sent"),
           "kind from_agency to_agency reason due_on", **REFERRAL),
    Source("referral_ended", "referral", "ended_at", ("Rujukan berakhir", "A referral ended"),
           "kind from_agency to_agency status outcome", **REFERRAL),
    Source("note_written", "note", "created_at", ("Catatan rujukan", "A note on a referral"),
           "referral agency author text", **OF_REFERRAL),
    Source("file_added", "attachment", "created_at", ("Berkas rujukan ditambahkan", "A file was added to a referral"),
           "referral agency author name content_type size", **OF_REFERRAL),
    Source("case_moved", "case_move", "at", ("Langkah kasus sekolah", "A schooling case moved"),
           "case name from_status to_status author words", **OF_CASE),
    Source("visited", "visit", "visited_on", ("Kunjungan rumah", "The home was visited"),
           "case visitor met found", **OF_CASE),
    Source("verified", "verification", "verified_on", ("Verifikasi kasus sekolah", "A schooling case was verified"),
           "case category reasons", **OF_CASE),
    Source("checked", "follow_up", "answered_on", ("Pemantauan setelah bersekolah", "A check after enrolment"),
           "case months answer", **OF_CASE),
    Source("began_school", "pupil", "since", ("Mulai bersekolah", "Began at a school"),
           "school grade", household="person__household", person="person"),
    Source("left_school", "pupil", "until", ("Berhenti di sekolah", "Left a school"),
           "school grade", household="person__household", person="person"),
    Source("applied", "application", "created_at", ("Mendaftar pelatihan", "Applied to training"),
           "batch source status", person="person"),
    Source("left_course", "trainee", "finished_on", ("Pelatihan selesai", "A course ended"),
           "batch result", person="person"),
    Source("certified", "certificate", "issued_on", ("Sertifikat terbit", "A certificate was issued"),
           "trainee kind number issuer scheme valid_until revoked_on", **OF_TRAINEE),
    Source("outcome_told", "outcome", "answered_on", ("Pemantauan lulusan pelatihan", "A graduate was asked"),
           "trainee months answer income_band", **OF_TRAINEE),
    Source("joined_group", "group_member", "joined_on", ("Masuk kelompok usaha", "Joined a business group"),
           "group role", person="person"),
    Source("left_group", "group_member", "left_on", ("Keluar dari kelompok usaha", "Left a business group"),
           "group role", person="person"),
    Source("application_decided", "application", "decided_at",
           ("Pendaftaran pelatihan diputuskan", "An application to training was decided"),
           "batch status", person="person"),
)  # fmt: skip
