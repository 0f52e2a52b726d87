"""Why something awaits an office, in words: code -> (Indonesian, English)."""

REASONS = {
    "never_enrolled": (
        "Anak usia sekolah yang belum pernah bersekolah",
        "Of school age and never enrolled in a school",
    ),
    "no_longer_in_school": (
        "Anak usia sekolah yang tidak bersekolah lagi",
        "Of school age and no longer in a school",
    ),
    "reported_moved": (
        "Dinas Pendidikan melaporkan anak sudah pindah: periksa datanya",
        "Education reports that the child has moved: check the record",
    ),
    "reported_not_found": (
        "Dinas Pendidikan melaporkan anak tidak ditemukan: periksa datanya",
        "Education reports that the child was not found: check the record",
    ),
    "reported_deceased": (
        "Dinas Pendidikan melaporkan anak meninggal dunia: periksa datanya",
        "Education reports that the child has died: check the record",
    ),
    "not_sent": ("Rujukan sudah disusun tetapi belum dikirim", "A referral was drafted and not sent"),
    "returned": ("Rujukan dikembalikan oleh penerima", "A referral that the receiver has returned"),
    "not_answered": ("Rujukan masuk yang belum dijawab", "A referral that came in and has no answer"),
    "not_started": ("Rujukan diterima tetapi belum dikerjakan", "A referral that was accepted and not begun"),
    "in_progress": ("Rujukan sedang dikerjakan", "A referral that is being worked on"),
    "on_hold": ("Rujukan ditunda dan menunggu dilanjutkan", "A referral on hold that waits to be resumed"),
    "case_to_open": ("Kasus anak belum dibuka", "The case of a referred child is not open yet"),
    "case_to_assign": ("Kasus anak belum ditugaskan", "No officer has the case of the child yet"),
    "visit_due": ("Kunjungan rumah belum dilakukan", "The home of the child was not visited yet"),
    "verification_due": ("Hasil kunjungan belum diverifikasi", "What the visit found is not verified yet"),
    "plan_to_make": ("Rencana sekolah belum dibuat", "The way back to school is not planned yet"),
    "place_to_find": ("Anak belum mendapat tempat di sekolah", "No school place is offered to the child yet"),
    "enrolment_to_confirm": ("Pendaftaran di sekolah belum dipastikan", "The enrolment at the school is not confirmed"),
    "follow_up_due": ("Pemantauan sudah waktunya", "A check is due"),
    "asked": ("Instansi lain meminta rujukan", "Another office asks for a referral"),
    "absent_too_often": ("Peserta terlalu sering tidak hadir", "Absent from the course more than the rule allows"),
    "not_decided": ("Pendaftaran pelatihan yang belum diputuskan", "An application to training without a decision"),
}
