"""The sheets in which training centres list people: which column means what, and which columns go out."""

from collections.abc import Sequence

from households.intake.headers import compact, field_of
from households.intake.tables import Headers

# What a list of applicants has beside the columns of a register: spellings of the headers.
_SPELLINGS = {
    "vocation": "kejuruan sub_kejuruan program pelatihan program_pelatihan nama_pelatihan jenis_pelatihan judul",
    "run": "angkatan batch gelombang tahap angkatan_ke nama_batch",
    "score": "nilai nilai_tes nilai_seleksi skor skor_tes hasil_tes nilai_ujian nilai_tes_tertulis",
}
_FIELD_OF = {compact(word): field for field, words in _SPELLINGS.items() for word in words.split()}
TAKEN = ("nik", "name", "birth_date", "birth", *_SPELLINGS)

# The column of a BLK's list, or of a list for SIAPkerja, and what stands in it; nothing is written where we know
# nothing. The BLK's columns are those of the lists that BLKs exchange. SIAPkerja publishes no form that we know of:
# its columns are what a centre's admin is asked for there.
BLK = {
    "no_pendaftaran": "",
    "nik": "nik",
    "nama_lengkap": "name",
    "tempat_lahir": "birth_place",
    "tanggal_lahir": "birth_date",
    "jenis_kelamin": "sex",
    "alamat": "address",
    "kelurahan": "village",
    "no_hp": "phone",
    "email": "",
    "pendidikan_terakhir": "education",
    "status_pekerjaan": "work",
    "kejuruan": "vocation",
    "angkatan": "run",
    "id_siapkerja": "",
    "hasil_seleksi": "status",
    "nilai": "score",
    "keterangan": "result",
}
SIAPKERJA = {
    "NIK": "nik",
    "Nama Lengkap": "name",
    "Tempat Lahir": "birth_place",
    "Tanggal Lahir": "birth_date",
    "Jenis Kelamin": "sex",
    "Pendidikan Terakhir": "education",
    "No. HP": "phone",
    "Alamat": "address",
    "Kelurahan": "village",
    "Kecamatan": "district",
    "Program Pelatihan": "course",
    "Kejuruan": "vocation",
    "Angkatan": "run",
    "Tanggal Mulai": "starts_on",
    "Tanggal Selesai": "ends_on",
    "Jam Pelajaran": "hours",
    "Status Peserta": "status",
    "Hasil Pelatihan": "result",
    "No. Sertifikat": "certificate",
}
FORMS = {"blk": BLK, "siapkerja": SIAPKERJA}


def fields_of(cells: Sequence[str]) -> list[str | None]:
    """One entry per column of a list of applicants, None where we have no use for it."""
    found = [_FIELD_OF.get(compact(cell)) or field_of(cell) if len(cell) < 200 else None for cell in cells]
    return [field if field in TAKEN else None for field in found]


def is_header(fields: Sequence[str | None]) -> bool:
    """The NIK, and the name or the date of birth: no row of data reads like that."""
    return "nik" in fields and bool({"name", "birth_date", "birth"} & set(fields))


HEADERS = Headers(fields_of, is_header)
