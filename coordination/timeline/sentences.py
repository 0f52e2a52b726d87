"""What a family's timeline says of each event, for people: its clauses in Indonesian and English. Data only.

A clause is said when all that it names is known to the reader; the first one may name nothing.
"""

Clauses = tuple[str, ...]

SENTENCES: dict[str, tuple[Clauses, Clauses]] = {
    "listed": (
        ("Masuk daftar {source}", "nomor {register_number}", "alasan: {entry_reason}", "berdasarkan {decree}"),
        ("Entered the register {source}", "number {register_number}", "why: {entry_reason}", "by {decree}"),
    ),
    "left_register": (
        ("Keluar dari daftar {source}", "nomor {register_number}", "alasan: {exit_reason}", "bukti: {evidence}"),
        ("Left the register {source}", "number {register_number}", "why: {exit_reason}", "evidence: {evidence}"),
    ),
    "assessed": (
        ("Kesejahteraan dinilai menurut {source}", "hasilnya {status}", "desil {decile}"),
        ("Welfare was assessed by {source}", "found {status}", "decile {decile}"),
    ),
    "joined": (("Bergabung dengan keluarga ini",), ("Joined this family",)),
    "moved": (("Pindah dari keluarga ini",), ("Moved out of this family",)),
    "card_issued": (
        ("Kartu keluarga baru mulai berlaku", "berakhiran {number_last4}"),
        ("A new family card came into force", "ending in {number_last4}"),
    ),
    "share_opened": (
        ("Data keluarga dibuka untuk {agency}", "tujuan: {purpose}", "sampai {until}"),
        ("Opened to {agency}", "purpose: {purpose}", "until {until}"),
    ),
    "share_closed": (
        ("Akses {agency} ditutup", "tujuan: {purpose}", "sebab: {closed_reason}"),
        ("Closed to {agency}", "purpose: {purpose}", "because: {closed_reason}"),
    ),
    "referral_moved": (
        ("Langkah rujukan: {name}", "oleh {agency}", "status menjadi {to_status}", "keterangan: {words}"),
        ("Referral step: {name}", "by {agency}", "state now {to_status}", "words: {words}"),
    ),
    "referral_sent": (
        ("{from_agency} merujuk ke {to_agency}", "jenis: {kind}", "alasan: {reason}", "tenggat {due_on}"),
        ("{from_agency} referred to {to_agency}", "kind: {kind}", "why: {reason}", "due on {due_on}"),
    ),
    "referral_ended": (
        ("Rujukan ke {to_agency} berakhir", "status {status}", "hasil: {outcome}"),
        ("The referral to {to_agency} ended", "state {status}", "outcome: {outcome}"),
    ),
    "note_written": (
        ("{agency} menulis catatan rujukan", "“{text}”"),
        ("{agency} wrote a note on the referral", "“{text}”"),
    ),
    "file_added": (
        ("{agency} menambahkan berkas", "{name}"),
        ("{agency} added a file", "{name}"),
    ),
    "case_moved": (
        ("Langkah kasus sekolah: {name}", "status menjadi {to_status}", "oleh {author}", "keterangan: {words}"),
        ("Step of the schooling case: {name}", "state now {to_status}", "by {author}", "words: {words}"),
    ),
    "visited": (
        ("Rumah dikunjungi oleh {visitor}", "ditemui: {met}", "temuan: {found}"),
        ("The home was visited by {visitor}", "met: {met}", "found: {found}"),
    ),
    "verified": (
        ("Kasus sekolah diverifikasi", "kategori: {category}", "alasan: {reasons}"),
        ("The schooling case was verified", "category: {category}", "reasons: {reasons}"),
    ),
    "checked": (
        ("Pemantauan bulan ke-{months} dijawab", "hasilnya {answer}"),
        ("The check after {months} months was answered", "found {answer}"),
    ),
    "began_school": (("Mulai bersekolah di {school}", "kelas {grade}"), ("Began at {school}", "grade {grade}")),
    "left_school": (("Berhenti bersekolah di {school}", "kelas {grade}"), ("Left {school}", "grade {grade}")),
    "applied": (
        ("Mendaftar pelatihan {batch}", "melalui: {source}", "status {status}"),
        ("Applied to the training {batch}", "through: {source}", "state {status}"),
    ),
    "left_course": (
        ("Pelatihan {batch} selesai", "hasilnya {result}"),
        ("The training {batch} ended", "result {result}"),
    ),
    "certified": (
        (
            "Sertifikat pelatihan terbit",
            "jenis: {kind}",
            "nomor {number}",
            "dari {issuer}",
            "skema {scheme}",
            "berlaku sampai {valid_until}",
            "dicabut {revoked_on}",
        ),
        (
            "A certificate was issued",
            "kind: {kind}",
            "number {number}",
            "by {issuer}",
            "scheme {scheme}",
            "valid until {valid_until}",
            "revoked on {revoked_on}",
        ),
    ),
    "outcome_told": (
        ("Lulusan ditanya setelah {months} bulan", "hasilnya {answer}", "penghasilan: {income_band}"),
        ("The graduate was asked after {months} months", "found {answer}", "income: {income_band}"),
    ),
    "joined_group": (
        ("Masuk kelompok usaha {group}", "sebagai {role}"),
        ("Joined the business group {group}", "as {role}"),
    ),
    "left_group": (
        ("Keluar dari kelompok usaha {group}", "sebagai {role}"),
        ("Left the business group {group}", "as {role}"),
    ),
    "application_decided": (
        ("Pendaftaran pelatihan {batch} diputuskan", "status {status}"),
        ("The application to {batch} was decided", "state {status}"),
    ),
}
