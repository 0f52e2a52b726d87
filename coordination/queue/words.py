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
    "not_sent": ("Rujukan sudah disusun tetapi belum dikirim", "A referral was drafted and not sent"),
    "returned": ("Rujukan dikembalikan oleh penerima", "A referral that the receiver has returned"),
    "not_answered": ("Rujukan masuk yang belum dijawab", "A referral that came in and has no answer"),
    "not_started": ("Rujukan diterima tetapi belum dikerjakan", "A referral that was accepted and not begun"),
    "in_progress": ("Rujukan sedang dikerjakan", "A referral that is being worked on"),
    "on_hold": ("Rujukan ditunda dan menunggu dilanjutkan", "A referral on hold that waits to be resumed"),
    "asked": ("Instansi lain meminta rujukan", "Another office asks for a referral"),
    "not_decided": ("Pendaftaran pelatihan yang belum diputuskan", "An application to training without a decision"),
}
