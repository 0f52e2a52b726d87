"""The words of the admin in Indonesian and English, and how models and fields come by them."""

from typing import Any

from django.db import models
from django.utils.functional import lazystr
from django.utils.translation import get_language

from agencies.access import policy
from agencies.access.models import RESOURCES

# Word of the code -> (Indonesian, English). Applications, then resources, then fields and values.
APPS = {
    "agencies": ("Instansi", "Agencies"),
    "access": ("Log akses", "Access log"),
    "jobs": ("Pekerjaan", "Jobs"),
    "register": ("Data keluarga", "Register"),
    "intake": ("Impor berkas", "File imports"),
    "referrals": ("Rujukan", "Referrals"),
    "training": ("Pelatihan", "Training"),
    "schools": ("Sekolah", "Schools"),
    "monitoring": ("Pemantauan", "Monitoring"),
}
RESOURCE_WORDS = {
    "agency": ("Instansi", "Agency"),
    "agreement": ("Perjanjian kerja sama", "Agreement"),
    "officer": ("Petugas", "Officer"),
    "client": ("Klien API", "API client"),
    "access_record": ("Catatan akses", "Access record"),
    "job": ("Pekerjaan", "Job"),
    "household": ("Keluarga", "Household"),
    "family_card": ("Kartu keluarga", "Family card"),
    "person": ("Penduduk", "Person"),
    "membership": ("Keanggotaan keluarga", "Membership"),
    "assessment": ("Penilaian kesejahteraan", "Assessment"),
    "listing": ("Entri daftar", "Listing"),
    "share": ("Berbagi data", "Share"),
    "import": ("Impor berkas", "File import"),
    "finding": ("Temuan impor", "Finding"),
    "referral": ("Rujukan", "Referral"),
    "note": ("Catatan rujukan", "Note"),
    "programme": ("Program pelatihan", "Programme"),
    "batch": ("Angkatan pelatihan", "Batch"),
    "session": ("Pertemuan pelatihan", "Session"),
    "application": ("Pendaftaran pelatihan", "Application"),
    "school": ("Sekolah", "School"),
    "place": ("Daya tampung", "Place"),
    "placement": ("Penempatan di sekolah", "Placement"),
    "headcount": ("Angka kemiskinan", "Headcount"),
}
PLURALS_EN = {"agency": "Agencies", "person": "People"}
FIELD_WORDS = {
    "action": ("Tindakan", "Action"),
    "address": ("Alamat", "Address"),
    "agency": ("Instansi", "Agency"),
    "agreement": ("Perjanjian", "Agreement"),
    "applied_at": ("Diterapkan pada", "Applied at"),
    "as_of": ("Per tanggal", "As of"),
    "at": ("Waktu", "Time"),
    "author": ("Penulis", "Author"),
    "authority": ("Kewenangan", "Run by"),
    "basis": ("Dasar", "Basis"),
    "batch": ("Angkatan", "Batch"),
    "birth_date": ("Tanggal lahir", "Date of birth"),
    "birth_place": ("Tempat lahir", "Place of birth"),
    "capacity": ("Jumlah kursi", "Seats"),
    "cash_transfer": ("Bantuan tunai (PKH)", "Cash transfer"),
    "client": ("Klien API", "API client"),
    "client_id": ("ID klien", "Client id"),
    "closed_at": ("Ditutup pada", "Closed at"),
    "closed_reason": ("Alasan ditutup", "Why closed"),
    "confirm_by": ("Konfirmasi sebelum", "Confirm by"),
    "confirm_hours": ("Jam untuk konfirmasi", "Hours to confirm"),
    "count": ("Jumlah", "Count"),
    "counts": ("Hitungan", "Counts"),
    "day": ("Tanggal", "Day"),
    "days": ("Lama (hari)", "Length (days)"),
    "created_at": ("Dibuat pada", "Created at"),
    "decided_at": ("Diputuskan pada", "Decided at"),
    "decile": ("Desil", "Decile"),
    "decision": ("Keputusan", "Decision"),
    "decree": ("Surat keputusan", "Decree"),
    "disabilities": ("Disabilitas", "Disabilities"),
    "documents": ("Dokumen", "Papers"),
    "done": ("Selesai", "Done"),
    "dry_run": ("Uji coba saja", "Dry run"),
    "due_on": ("Tenggat", "Due on"),
    "education": ("Ijazah tertinggi", "Highest certificate"),
    "ended_at": ("Berakhir pada", "Ended at"),
    "ends": ("Selesai pukul", "Ends"),
    "ends_on": ("Selesai tanggal", "Ends on"),
    "entered_on": ("Masuk tanggal", "Entered on"),
    "entry_reason": ("Alasan masuk", "Why entered"),
    "evidence": ("Bukti", "Evidence"),
    "exit_reason": ("Alasan keluar", "Why left"),
    "exited_on": ("Keluar tanggal", "Left on"),
    "expires_at": ("Kedaluwarsa pada", "Expires at"),
    "fields": ("Kelompok data", "Field groups"),
    "file_name": ("Nama berkas", "File name"),
    "finished_at": ("Selesai pada", "Finished at"),
    "food_aid": ("Bantuan sembako", "Food aid"),
    "free": ("Sisa tempat", "Free"),
    "from_agency": ("Dari instansi", "From agency"),
    "full_name": ("Nama lengkap", "Full name"),
    "funding": ("Sumber dana", "Funding"),
    "grade": ("Kelas", "Grade"),
    "head": ("Kepala keluarga", "Head"),
    "hours": ("Jam pelajaran", "Hours"),
    "household": ("Keluarga", "Household"),
    "id": ("ID", "Id"),
    "initiator": ("Pelaksana", "Initiator"),
    "interview_score": ("Nilai wawancara", "Interview score"),
    "is_active": ("Aktif", "Active"),
    "is_cancelled": ("Dibatalkan", "Cancelled"),
    "is_reserved": ("Kursi khusus", "Reserved seat"),
    "is_open": ("Beroperasi", "Open"),
    "job": ("Pekerjaan", "Job"),
    "jwks": ("Kunci publik (JWKS)", "Public keys (JWKS)"),
    "kind": ("Jenis", "Kind"),
    "last_login": ("Masuk terakhir", "Last log-in"),
    "latitude": ("Lintang", "Latitude"),
    "legal_basis": ("Dasar hukum", "Legal basis"),
    "level": ("Jenjang", "Level"),
    "longitude": ("Bujur", "Longitude"),
    "marital_status": ("Status perkawinan", "Marital status"),
    "maximum_age": ("Usia maksimum", "Maximum age"),
    "measure": ("Ukuran", "Measure"),
    "minimum_age": ("Usia minimum", "Minimum age"),
    "minimum_education": ("Ijazah minimum", "Lowest certificate"),
    "mother_name": ("Nama ibu kandung", "Mother's name"),
    "name": ("Nama", "Name"),
    "nik_last4": ("NIK (4 angka akhir)", "NIK (last 4 digits)"),
    "nisn_last4": ("NISN (4 angka akhir)", "NISN (last 4 digits)"),
    "npsn": ("NPSN", "School number (NPSN)"),
    "number": ("Nomor", "Number"),
    "number_last4": ("Nomor KK (4 angka akhir)", "Card number (last 4 digits)"),
    "occupation": ("Pekerjaan utama", "Occupation"),
    "officer": ("Petugas", "Officer"),
    "opened_at": ("Dibuka pada", "Opened at"),
    "outcome": ("Hasil", "Outcome"),
    "override_reason": ("Alasan dispensasi", "Why conditions were passed over"),
    "ownership": ("Kepemilikan", "Ownership"),
    "password": ("Kata sandi", "Password"),
    "period": ("Periode", "Period"),
    "person": ("Penduduk", "Person"),
    "phone": ("Telepon", "Phone"),
    "place": ("Daya tampung", "Place"),
    "possible_duplicate_of": ("Mungkin ganda dengan", "Possible duplicate of"),
    "pregnant": ("Hamil", "Pregnant"),
    "premium_subsidy": ("Bantuan iuran (PBI)", "Premium subsidy"),
    "problem": ("Masalah", "Problem"),
    "programme": ("Program", "Programme"),
    "provider": ("Penyelenggara", "Provider"),
    "published_by": ("Diterbitkan oleh", "Published by"),
    "purpose": ("Tujuan", "Purpose"),
    "purposes": ("Tujuan pemrosesan", "Purposes"),
    "rank": ("Urutan cadangan", "Reserve rank"),
    "reason": ("Alasan", "Reason"),
    "referral": ("Rujukan", "Referral"),
    "region": ("Wilayah", "Region"),
    "register_number": ("Nomor daftar", "Register number"),
    "registration_from": ("Pendaftaran sejak", "Registration from"),
    "registration_until": ("Pendaftaran sampai", "Registration until"),
    "relation": ("Hubungan keluarga", "Relation to the head"),
    "release_on": ("Kursi khusus dilepas", "Reserved seats free on"),
    "released_at": ("Dilepas pada", "Released at"),
    "request_id": ("ID permintaan", "Request id"),
    "resource": ("Data", "Resource"),
    "reserved_extreme": ("Kursi miskin ekstrem", "Seats for the extremely poor"),
    "reserved_poor": ("Kursi warga miskin", "Seats for the poor"),
    "role": ("Peran", "Role"),
    "roles": ("Peran", "Roles"),
    "rt": ("RT", "RT"),
    "rw": ("RW", "RW"),
    "school": ("Sekolah", "School"),
    "school_participation": ("Partisipasi sekolah", "School participation"),
    "school_year": ("Tahun ajaran (mulai)", "School year (begins)"),
    "scopes": ("Cakupan", "Scopes"),
    "seat": ("Jenis kursi", "Kind of seat"),
    "seats_taken": ("Kursi terisi", "Seats taken"),
    "sectors": ("Lapangan usaha", "Sectors"),
    "sent_at": ("Dikirim pada", "Sent at"),
    "sex": ("Jenis kelamin", "Sex"),
    "since": ("Sejak", "Since"),
    "source": ("Sumber", "Source"),
    "staff_number": ("NIP", "Staff number"),
    "starts": ("Mulai", "Starts"),
    "starts_on": ("Mulai tanggal", "Starts on"),
    "status": ("Status", "Status"),
    "street": ("Jalan", "Street"),
    "subject": ("Perihal", "Subject"),
    "subjects": ("Subjek data", "Data subjects"),
    "taken_extreme": ("Terisi: miskin ekstrem", "Taken: extremely poor"),
    "taken_open": ("Terisi: umum", "Taken: open"),
    "taken_poor": ("Terisi: miskin", "Taken: poor"),
    "test_score": ("Nilai tes", "Test score"),
    "taken": ("Terisi", "Taken"),
    "text": ("Isi", "Text"),
    "to_agency": ("Kepada instansi", "To agency"),
    "topic": ("Materi", "Topic"),
    "total": ("Seluruhnya", "Total"),
    "unit": ("Satuan", "Unit"),
    "units": ("Unit kompetensi (SKKNI)", "Units of competency (SKKNI)"),
    "until": ("Sampai", "Until"),
    "updated_at": ("Diubah pada", "Changed at"),
    "username": ("Nama pengguna", "User name"),
    "value": ("Nilai", "Value"),
    "venue": ("Tempat", "Venue"),
    "version": ("Versi", "Version"),
    "vocation": ("Kejuruan", "Vocation"),
    "year": ("Tahun", "Year"),
}

# Values of closed lists; their English is the models' own.
VALUE_WORDS = {
    "M": "Laki-laki",
    "F": "Perempuan",
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
    "register_count": "Jumlah terdaftar",
    "poor_register_count": "Jumlah miskin terdaftar",
    "extreme_register_count": "Jumlah miskin ekstrem terdaftar",
    "bps_rate": "Persentase BPS",
    "bps_count": "Jumlah BPS",
    "officer": "Petugas",
    "supervisor": "Penyelia",
    "health_officer": "Petugas data kesehatan",
    "analyst": "Analis",
    "auditor": "Pemeriksa",
    "administrator": "Administrator",
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
    english = source or value.replace("_", " ").capitalize()
    return spoken(VALUE_WORDS.get(value, english), english, english)


def field_label(name: str) -> Any:
    """The heading of a field; a field without words of its own bears its name."""
    plain = name.replace("_", " ").capitalize()
    return spoken(*FIELD_WORDS.get(name, (plain, plain)))


def name_model(model: type[models.Model]) -> None:
    """Give a model, its fields and its application their words. Migrations do not see them."""
    meta, resource = model._meta, RESOURCES[model._meta.label]
    indonesian, english = RESOURCE_WORDS[resource]
    meta.verbose_name = spoken(indonesian.lower(), english.lower())
    meta.verbose_name_plural = spoken(indonesian, PLURALS_EN.get(resource, f"{english}s"))
    meta.app_config.verbose_name = spoken(*APPS[meta.app_label])
    for field in meta.concrete_fields:
        field.verbose_name = field_label(field.name)
        if field.choices:
            field.choices = [(value, value_label(value, str(text))) for value, text in field.flatchoices]
