"""The words of the admin in Indonesian and English, and how models and fields come by them."""

from typing import Any

from django.db import models
from django.utils.functional import lazystr
from django.utils.translation import get_language

from agencies.access import policy
from agencies.access.models import RESOURCES
from agencies.web.words import APPS, FIELD_WORDS, PLURALS_EN, RESOURCE_WORDS

# Values of closed lists; their English is the models' own.
VALUE_WORDS = {
    "M": "Laki-laki",
    "F": "Perempuan",
    "U": "Tidak diketahui",
    "head": "Kepala keluarga",
    "husband": "Suami",
    "wife": "Istri",
    "child": "Anak",
    "child_in_law": "Menantu",
    "grandchild": "Cucu",
    "parent": "Orang tua",
    "parent_in_law": "Mertua",
    "other_family": "Famili lain",
    "servant": "Pembantu",
    "other": "Lainnya",
    "single": "Belum kawin",
    "married": "Kawin",
    "divorced": "Cerai hidup",
    "widowed": "Cerai mati",
    "unknown": "Tidak diketahui",
    "never": "Belum pernah sekolah",
    "in_school": "Masih sekolah",
    "no_longer": "Tidak sekolah lagi",
    "alive": "Hidup",
    "deceased": "Meninggal",
    "moved_out": "Pindah",
    "not_found": "Tidak ditemukan",
    "field": "Lapangan",
    "poor": "Miskin",
    "extreme_poor": "Miskin ekstrem",
    "not_poor": "Tidak miskin",
    "registered": "Terdaftar",
    "proposed_new": "Usulan baru",
    "no_longer_poor": "Tidak miskin lagi",
    "employed_civil_servant": "Menjadi ASN",
    "refused": "Menolak",
    "invalid_nik": "NIK tidak sah",
    "duplicate": "Ganda",
    "component_ended": "Komponen berakhir",
    "absent": "Tidak ada lagi di daftar",
    "register": "Daftar",
    "queued": "Menunggu",
    "running": "Berjalan",
    "succeeded": "Berhasil",
    "partially_succeeded": "Berhasil sebagian",
    "failed": "Gagal",
    "cancelled": "Dibatalkan",
    "schooling": "Pendidikan",
    "training": "Pelatihan",
    "draft": "Konsep",
    "requested": "Diminta",
    "accepted": "Diterima",
    "in_progress": "Berlangsung",
    "on_hold": "Ditunda",
    "completed": "Selesai",
    "declined": "Ditolak",
    "open": "Dibuka",
    "closed": "Ditutup",
    "finished": "Selesai",
    "applied": "Diajukan",
    "selecting": "Seleksi",
    "testing": "Uji kompetensi",
    "no_show": "Tidak hadir",
    "lapsed": "Kedaluwarsa",
    "social": "Dinas Sosial",
    "extreme": "Miskin ekstrem",
    "apbn": "APBN",
    "apbd_province": "APBD provinsi",
    "apbd_city": "APBD kota",
    "village_fund": "Dana desa/kelurahan",
    "company": "Perusahaan (CSR)",
    "identity_card": "KTP",
    "family_card": "Kartu keluarga",
    "diploma": "Ijazah",
    "photo": "Pas foto",
    "form": "Formulir",
    "health_letter": "Surat sehat",
    "recommendation": "Surat rekomendasi",
    "held": "Dipesan",
    "reserve": "Cadangan",
    "withdrawn": "Mengundurkan diri",
    "own": "Sendiri",
    "referral": "Rujukan",
    "public": "Negeri",
    "private": "Swasta",
    "city": "Kota",
    "province": "Provinsi",
    "kemenag": "Kementerian Agama",
    "regular": "Reguler",
    "paket_a": "Paket A",
    "paket_b": "Paket B",
    "paket_c": "Paket C",
    "reserved": "Dipesan",
    "enrolled": "Terdaftar di sekolah",
    "given_up": "Dilepas",
    "candidate": "Calon",
    "assigned": "Ditugaskan",
    "visited": "Dikunjungi",
    "verified": "Terverifikasi",
    "planned": "Direncanakan",
    "offered": "Ditawari tempat",
    "retained": "Bertahan di sekolah",
    "dropped_again": "Putus sekolah lagi",
    "already_in_school": "Ternyata bersekolah",
    "moved": "Pindah",
    "never_enrolled": "Belum pernah bersekolah",
    "dropped_out": "Putus sekolah",
    "not_continued": "Lulus tidak melanjutkan",
    "cost": "Biaya",
    "working": "Bekerja",
    "pregnancy": "Kehamilan",
    "disability": "Disabilitas",
    "illness": "Sakit",
    "distance": "Jarak",
    "bullying": "Perundungan",
    "no_documents": "Tanpa dokumen",
    "not_interested": "Tidak berminat",
    "mobility": "Gerak",
    "sight": "Penglihatan",
    "hearing": "Pendengaran",
    "speech": "Wicara",
    "learning": "Belajar",
    "behaviour": "Perilaku",
    "language": "Bahasa",
    "transport": "Transportasi",
    "fits": "Sesuai usia",
    "too_young": "Terlalu muda",
    "over_age": "Lewat usia",
    "regular_possible": "Masih bisa sekolah reguler",
    "guardian": "Wali",
    "child_and_guardian": "Anak dan wali",
    "neighbour": "Tetangga",
    "nobody": "Tidak ada orang",
    "birth_certificate": "Akta kelahiran",
    "report_card": "Rapor",
    "transfer_letter": "Surat pindah",
    "school": "Sekolah",
    "learning_centre": "Pusat kegiatan belajar (PKBM)",
    "course": "Kursus",
    "work": "Bekerja",
    "undecided": "Belum tahu",
    "pending": "Menunggu",
    "attending": "Hadir",
    "absent_often": "Sering tidak hadir",
    "holds_card": "Punya KIP",
    "proposed": "Sudah diusulkan",
    "missing": "Belum diusulkan",
    "left": "Sudah keluar",
    "present": "Hadir",
    "late": "Terlambat",
    "excused": "Izin",
    "Did not come": "Tidak hadir",
    "sheet": "Lembar pelatih",
    "code": "Kode QR",
    "Left the course": "Berhenti dari pelatihan",
    "taking_part": "Mengikuti",
    "competent": "Kompeten",
    "not_yet_competent": "Belum kompeten",
    "completion": "Kelulusan pelatihan",
    "competence": "Kompetensi",
    "employed": "Bekerja",
    "self_employed": "Usaha sendiri",
    "business_group": "Kelompok usaha (KUBE)",
    "studying": "Sekolah atau kuliah",
    "No work": "Tidak bekerja",
    "not_reached": "Tidak terhubung",
    "below_1m": "Di bawah Rp1.000.000",
    "from_1m": "Rp1.000.000 sampai di bawah Rp2.000.000",
    "from_2m": "Rp2.000.000 sampai di bawah Rp3.000.000",
    "from_3m": "Rp3.000.000 sampai di bawah Rp4.000.000",
    "from_4m": "Rp4.000.000 ke atas",
    "active": "Aktif",
    "dissolved": "Bubar",
    "chair": "Ketua",
    "secretary": "Sekretaris",
    "treasurer": "Bendahara",
    "member": "Anggota",
    "register_count": "Jumlah terdaftar",
    "poor_register_count": "Jumlah miskin terdaftar",
    "extreme_register_count": "Jumlah miskin ekstrem terdaftar",
    "bps_rate": "Persentase BPS",
    "bps_count": "Jumlah BPS",
    "artisanal_mining": "Tambang rakyat",
    "ecotourism": "Wisata alam",
    "farming": "Pertanian",
    "fisheries_aquaculture": "Budidaya ikan",
    "fisheries_capture": "Perikanan tangkap",
    "food_crops": "Tanaman pangan",
    "forest_products": "Hasil hutan",
    "home_garden": "Kebun pekarangan",
    "horticulture": "Sayur dan buah",
    "livestock": "Peternakan",
    "plantation": "Perkebunan",
    "plantation_rubber": "Kebun karet",
    "crafts": "Kerajinan dan industri kecil",
    "construction": "Bangunan",
    "trade": "Perdagangan",
    "officer": "Petugas",
    "supervisor": "Penyelia",
    "health_officer": "Petugas data kesehatan",
    "analyst": "Analis",
    "auditor": "Pemeriksa",
    "administrator": "Administrator",
    "returned": "Dikembalikan",
    "transferred": "Dialihkan",
    "whole": "Seluruhnya",
    "region": "Wilayah",
    "month": "Bulan",
    "places": "Tempat di sekolah",
    "courses": "Kursus",
    "sex": "Jenis kelamin",
    "registered_poor": "Miskin terdaftar",
    "yes": "Ya",
    "no": "Tidak",
    "physical": "Fisik",
    "intellectual": "Intelektual",
    "mental": "Mental",
    "sensory": "Sensorik",
    "multiple": "Ganda atau multi",
    "seated": "Mendapat kursi",
    "came": "Hadir",
    "left_course": "Keluar dari pelatihan",
    "placed": "Sudah bekerja",
    **{f"placed_{months}_months": f"Bekerja setelah {months} bulan" for months in (3, 6, 12)},
    "not_asked": "Belum ditanya",
    "none": "Tidak bekerja",
    "fill_rate": "Kursi terisi (%)",
    "show_up_rate": "Kehadiran (%)",
    "completion_rate": "Penyelesaian (%)",
    "competence_rate": "Kelulusan uji (%)",
    "placement_rate": "Penempatan kerja (%)",
    **{f"placement_rate_{months}_months": f"Penempatan kerja setelah {months} bulan (%)" for months in (3, 6, 12)},
    "sent": "Dikirim",
    "received": "Penerima",
    "begun": "Dimulai",
    "waiting": "Menunggu jawaban",
    "at_work": "Dikerjakan",
    "overdue": "Lewat tenggat",
    "still_open": "Belum berakhir",
    "decided": "Diputuskan",
    "ended": "Berakhir",
    **{f"retained_{months}_months": f"Bertahan {months} bulan" for months in (3, 6, 12)},
    "asked": "Diajukan",
    "child_out_of_school": "Anak tidak bersekolah",
    "report_to_check": "Laporan untuk diperiksa",
    "referral_to_send": "Rujukan untuk dikirim",
    "referral_to_answer": "Rujukan untuk dijawab",
    "referral_to_work": "Rujukan untuk dikerjakan",
    "referral_on_hold": "Rujukan yang ditunda",
    "case_to_open": "Kasus untuk dibuka",
    "case_to_assign": "Kasus untuk ditugaskan",
    "visit_due": "Kunjungan rumah",
    "verification_due": "Verifikasi",
    "plan_to_make": "Rencana sekolah",
    "place_to_find": "Pencarian tempat sekolah",
    "enrolment_to_confirm": "Kepastian pendaftaran",
    "follow_up_due": "Pemantauan",
    "pull_request_to_answer": "Permintaan rujukan",
    "application_to_decide": "Pendaftaran pelatihan",
    "answered": "Dijawab",
}

# Codes that are no closed list of a model: actions and verdicts of the access log, kinds of work, units.
CODE_WORDS = {
    "list": ("Melihat daftar", "Listed"),
    "read": ("Membaca", "Read"),
    "create": ("Membuat", "Created"),
    "change": ("Mengubah", "Changed"),
    "lookup": ("Mencari nomor", "Looked up a number"),
    "reveal": ("Membuka nomor", "Revealed a number"),
    "history": ("Melihat riwayat", "Read the history"),
    "export": ("Mengunduh", "Exported"),
    "open": ("Membuka", "Opened"),
    "close": ("Menutup", "Closed"),
    "move": ("Memindahkan", "Moved"),
    "exit": ("Mengeluarkan dari daftar", "Took off the register"),
    "import": ("Mengimpor", "Imported"),
    "count_register": ("Menghitung daftar", "Counted the register"),
    "get": ("Membuka halaman", "Opened a page"),
    "post": ("Mengirim formulir", "Sent a form"),
    "granted": ("Diizinkan", "Granted"),
    "nothing": ("Tidak ada data", "Nothing found"),
    "not_granted": ("Tidak diizinkan", "Not granted"),
    "import_register": ("Impor daftar", "Register import"),
    "persons": ("orang", "people"),
    "percent": ("persen", "percent"),
    "accept": ("Menerima", "Accepted"),
    "decline": ("Menolak", "Declined"),
    "send": ("Mengirim", "Sent"),
    "match": ("Mencocokkan", "Matched"),
    "gaps": ("Melihat kekurangan pelatihan", "Looked at training gaps"),
    "start": ("Memulai", "Started"),
    "hold": ("Menunda", "Put on hold"),
    "resume": ("Melanjutkan", "Resumed"),
    "complete": ("Menyelesaikan", "Completed"),
    "cancel": ("Membatalkan", "Cancelled"),
    "fail": ("Menggagalkan", "Marked as failed"),
    "withdraw": ("Mengundurkan", "Withdrew"),
    "return": ("Mengembalikan", "Returned"),
    "assign": ("Menugaskan", "Assigned"),
    "transfer": ("Meneruskan ke instansi lain", "Passed to another office"),
    "escalate": ("Menaikkan ke penyelia", "Escalated to the supervisor"),
    "expire": ("Berakhir karena waktu", "Ran out"),
    "batch_cancelled": ("Angkatan dibatalkan", "Batch cancelled"),
    "record": ("Mencatat", "Recorded"),
    "answer": ("Menjawab", "Answered"),
    "extend": ("Memperpanjang", "Extended"),
    "check_in": ("Hadir dengan kode", "Checked in"),
    "revoke": ("Mencabut", "Revoked"),
    "join": ("Memasukkan anggota", "Took somebody in"),
    "leave": ("Mengeluarkan anggota", "Let somebody leave"),
    "confirm": ("Mengesahkan", "Confirmed"),
    "dissolve": ("Membubarkan", "Dissolved"),
    "record-visit": ("Mencatat kunjungan", "Recorded a visit"),
    "verify": ("Memverifikasi", "Verified"),
    "plan": ("Merencanakan", "Planned"),
    "offer": ("Menawarkan tempat", "Offered a place"),
    "withdraw-offer": ("Menarik tawaran", "Withdrew the offer"),
    "retain": ("Bertahan di sekolah", "Stayed in school"),
    "drop": ("Putus sekolah lagi", "Dropped out again"),
    "enrol": ("Mendaftarkan di sekolah", "Enrolled"),
    "forget_token": ("Menghapus perangkat", "Removed a device"),
    "system": ("Sistem", "The system"),
    "Batas waktu berbagi data lewat sebelum pekerjaan selesai.": (
        "Batas waktu berbagi data lewat sebelum pekerjaan selesai.",
        "The time of sharing ran out before the work was done.",
    ),
    "Angkatan pelatihan dibatalkan.": ("Angkatan pelatihan dibatalkan.", "The training batch was cancelled."),
    "command line": ("Baris perintah", "Command line"),
    "insert": ("Dibuat", "Made"),
    "update": ("Diubah", "Changed"),
    "delete": ("Dihapus", "Deleted"),
    "warn": ("Peringatan", "Warning"),
    "reject": ("Ditolak", "Rejected"),
    "referral completed": ("Rujukan selesai", "Referral completed"),
    "referral declined": ("Rujukan ditolak", "Referral declined"),
    "referral cancelled": ("Rujukan dibatalkan", "Referral cancelled"),
    "referral failed": ("Rujukan gagal", "Referral failed"),
    "People with an open register entry on 31 December, possible duplicates left out": (
        "Orang dengan entri daftar yang berlaku pada 31 Desember, tanpa kemungkinan ganda",
        "People with an open register entry on 31 December, possible duplicates left out",
    ),
    "As the Statistics Bureau published it; another measure than any count of a register": (
        "Sebagaimana diterbitkan BPS; ukuran lain daripada hitungan daftar mana pun",
        "As the Statistics Bureau published it; another measure than any count of a register",
    ),
    "Of these, assessed as poor or extremely poor for that day": (
        "Di antaranya, dinilai miskin atau miskin ekstrem untuk hari itu",
        "Of these, assessed as poor or extremely poor for that day",
    ),
    "Of these, assessed as extremely poor for that day": (
        "Di antaranya, dinilai miskin ekstrem untuk hari itu",
        "Of these, assessed as extremely poor for that day",
    ),
}


def speaks_english() -> bool:
    """Whether the reader of this page chose English; everybody else reads Indonesian."""
    return (get_language() or "id").startswith("en")


def choose(indonesian: str, english: str) -> str:
    """One of two texts, by the language of the page."""
    return english if speaks_english() else indonesian


class Spoken:
    """A text in both languages that decides when it is shown."""

    def __init__(self, indonesian: str, english: str, source: str) -> None:
        self.indonesian, self.english, self.source = indonesian, english, source

    def __str__(self) -> str:
        if get_language() is None:  # as in makemigrations, which must find the models as they were written
            return self.source
        return choose(self.indonesian, self.english)


def spoken(indonesian: str, english: str, source: str | None = None) -> Any:
    """A lazy text in both languages; `source` is shown where translations are off."""
    return lazystr(Spoken(indonesian, english, indonesian if source is None else source))


def value_label(value: str, source: str = "") -> Any:
    """The words of a value of a closed list; `source` is the model's own."""
    if value in policy.PURPOSES and source:
        return spoken(policy.PURPOSES[value].text_id, policy.PURPOSES[value].text_en, source)
    if len(value) > 1 and value.isupper():  # an abbreviation says itself
        return spoken(value, value, source or value)
    english = source or value.replace("_", " ").capitalize()
    return spoken(VALUE_WORDS.get(english) or VALUE_WORDS.get(value, english), english, english)


def code_label(code: str) -> str:
    """The words of a code of the log, a job or a unit; a resource bears its own, an unknown code itself."""
    if code in CODE_WORDS or code in RESOURCE_WORDS:
        return choose(*(CODE_WORDS.get(code) or RESOURCE_WORDS[code]))
    if code in policy.PURPOSES:
        return str(value_label(code, code))
    return str(value_label(code)) if code in VALUE_WORDS else code


def field_label(name: str) -> Any:
    """The heading of a field; a field without words of its own bears its name."""
    plain = name.replace("_", " ").capitalize()
    return spoken(*FIELD_WORDS.get(name, (plain, plain)))


def name_model(model: type[models.Model]) -> None:
    """Give a model, its fields and its application their words. Migrations do not see them."""
    meta, resource = model._meta, RESOURCES[model._meta.label]
    indonesian, english = RESOURCE_WORDS[resource]
    meta.verbose_name = spoken(_within_a_sentence(indonesian), _within_a_sentence(english))
    meta.verbose_name_plural = spoken(indonesian, PLURALS_EN.get(resource, f"{english}s"))
    meta.app_config.verbose_name = spoken(*APPS[meta.app_label])
    for field in meta.concrete_fields:
        field.verbose_name = field_label(field.name)
        if field.choices:
            field.choices = [(value, value_label(value, str(text))) for value, text in field.flatchoices]


def _within_a_sentence(words: str) -> str:
    """Without a capital at its beginning, unless it begins with an abbreviation."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]
