"""What each code says to an officer, in Indonesian and English; never with a value from the file."""

from typing import Final, Literal, NamedTuple

Severity = Literal["reject", "warn"]


class FindingText(NamedTuple):
    """One code's weight and its sentence in both languages."""

    severity: Severity
    text_id: str
    text_en: str


def _reject(text_id: str, text_en: str) -> FindingText:
    return FindingText("reject", text_id, text_en)


def _warn(text_id: str, text_en: str) -> FindingText:
    return FindingText("warn", text_id, text_en)


_EXPONENT_ID: Final = "rusak oleh lembar kerja menjadi bilangan berpangkat (E+15); ketik ulang sebagai teks."
_EXPONENT_EN: Final = "was turned into a number with an exponent by a spreadsheet; enter it again as text."

ROW_FINDINGS: Final[dict[str, FindingText]] = {
    "birth_date_future": _reject("Tanggal lahir belum terjadi.", "The birth date lies in the future."),
    "birth_date_implausible": _reject(
        "Tanggal lahir sebelum tahun 1900; periksa tahunnya.",
        "The birth date is before 1900; check the year.",
    ),
    "birth_date_invalid": _reject(
        "Tanggal lahir tidak ada di kalender atau tidak terbaca; tulis hari-bulan-tahun, tahun empat angka.",
        "The birth date does not exist or cannot be read; write day, month and a year of four digits.",
    ),
    "birth_date_missing": _reject("Tanggal lahir kosong.", "The birth date is missing."),
    "kk_area_zero": _reject(
        "Kode kabupaten/kota atau kecamatan di dalam No. KK adalah 00.",
        "The regency or district inside the family card number is 00.",
    ),
    "kk_date_impossible": _reject(
        "Tanggal pencatatan di dalam No. KK tidak ada di kalender.",
        "The recording date inside the family card number does not exist.",
    ),
    "kk_equals_nik": _reject(
        "No. KK sama dengan NIK di baris ini; salah satunya salah tempat.",
        "The family card number equals the NIK of this row; one of them is in the wrong column.",
    ),
    "kk_exponent": _reject(f"No. KK {_EXPONENT_ID}", f"The family card number {_EXPONENT_EN}"),
    "kk_invalid": _reject(
        "No. KK hanya berisi angka nol atau sembilan.", "The family card number is all zeros or all nines."
    ),
    "kk_length": _reject("No. KK tidak 16 angka.", "The family card number does not have 16 digits."),
    "kk_letters": _reject(
        "No. KK memuat huruf atau tanda selain angka.",
        "The family card number holds letters or signs other than digits.",
    ),
    "kk_missing": _reject("No. KK kosong.", "The family card number is missing."),
    "kk_province_unknown": _reject(
        "Kode provinsi di dalam No. KK tidak dikenal.",
        "The province inside the family card number does not exist.",
    ),
    "name_invalid": _reject(
        "Nama tidak memuat huruf atau terlalu panjang.", "The name has no letter in it or is far too long."
    ),
    "name_missing": _reject("Nama kosong.", "The name is missing."),
    "nik_area_zero": _reject(
        "Kode kabupaten/kota atau kecamatan di dalam NIK adalah 00.",
        "The regency or district inside the NIK is 00.",
    ),
    "nik_date_impossible": _reject(
        "Tanggal lahir di dalam NIK tidak ada di kalender.", "The birth date inside the NIK does not exist."
    ),
    "nik_exponent": _reject(f"NIK {_EXPONENT_ID}", f"The NIK {_EXPONENT_EN}"),
    "nik_length": _reject("NIK tidak 16 angka.", "The NIK does not have 16 digits."),
    "nik_letters": _reject(
        "NIK memuat huruf atau tanda selain angka 0-9.",
        "The NIK holds letters or signs other than the digits 0-9.",
    ),
    "nik_number_zeroed": _reject(
        "NIK tersimpan sebagai bilangan dan berakhir 0: lembar kerja mungkin menghapus angka terakhirnya.",
        "The NIK is stored as a number and ends in 0: the spreadsheet may have lost its last digit.",
    ),
    "nik_province_unknown": _reject(
        "Kode provinsi di dalam NIK tidak dikenal.", "The province inside the NIK does not exist."
    ),
    "nik_serial_zero": _reject("Nomor urut di dalam NIK adalah 0000.", "The serial number inside the NIK is 0000."),
    "decile_invalid": _warn(
        "Desil bukan 1 sampai 10; disimpan sebagai belum ditetapkan.",
        "The decile is not 1 to 10; it is kept as not set.",
    ),
    "formula_like": _warn(
        "Isian dimulai dengan = atau @ seperti rumus; disimpan sebagai teks dan tidak dijalankan.",
        "The text starts with = or @ as a formula does; it is kept as text and never run.",
    ),
    "kk_number_zeroed": _warn(
        "No. KK tersimpan sebagai bilangan dan berakhir 0: angka terakhirnya mungkin hilang.",
        "The family card number is stored as a number and ends in 0: its last digit may be lost.",
    ),
    "nik_area_unknown": _warn(
        "Kode kecamatan di dalam NIK tidak ada di daftar wilayah sekarang; mungkin kode lama.",
        "The district inside the NIK is not among today's regions; it may be an older code.",
    ),
    "nik_birth_date_mismatch": _warn(
        "Tanggal lahir berbeda dengan yang ada di dalam NIK.",
        "The birth date differs from the one inside the NIK.",
    ),
    "nik_missing": _warn(
        "NIK kosong; orang ini tetap dihitung.", "The NIK is missing; the person counts all the same."
    ),
    "nik_placeholder": _warn(
        "NIK berisi kode 'tidak punya NIK'; orang ini tetap dihitung dan kode itu tidak disimpan.",
        "The NIK is the code for 'has none'; the person counts all the same and the code is not kept.",
    ),
    "nik_repeated": _warn(
        "NIK ini sudah ada di baris lain dengan No. KK yang sama.",
        "This NIK already stands in another row with the same family card number.",
    ),
    "nik_sex_mismatch": _warn(
        "Jenis kelamin berbeda dengan yang ada di dalam NIK.", "The sex differs from the one inside the NIK."
    ),
    "nisn_invalid": _warn(
        "NISN bukan 10 angka; tidak disimpan.", "The NISN is not a number of ten digits; it is not kept."
    ),
    "nisn_zeros_lost": _warn(
        "NISN kurang dari 10 angka; nol di depannya dikembalikan.",
        "The NISN has fewer than 10 digits or is stored as a number; its leading zeros were put back.",
    ),
    "person_in_two_households": _warn(
        "NIK ini ada juga di baris lain dengan No. KK yang berbeda.",
        "This NIK stands in another row too, under another family card number.",
    ),
    "possible_duplicate": _warn(
        "Mungkin sama dengan baris lain: nama, tanggal lahir, ibu sama; NIK kosong atau beda satu angka.",
        "May be another row's person: name, birth date, mother equal; NIK missing or one digit apart.",
    ),
    "region_unknown": _warn(
        "Kode kelurahan/desa tidak dikenal; hanya kecamatan atau kotanya yang disimpan.",
        "The village code does not exist; only the district or city is kept.",
    ),
    "register_number_missing": _warn("IDSEMESTA kosong.", "The register number (IDSEMESTA) is missing."),
    "register_number_repeated": _warn(
        "IDSEMESTA ini sudah dipakai baris lain dengan isi berbeda.",
        "Another row with other contents has the same register number (IDSEMESTA).",
    ),
    "sex_missing": _warn(
        "Jenis kelamin kosong dan tidak dapat dibaca dari NIK.",
        "The sex is missing and there is no NIK to read it from.",
    ),
    "status_conflict": _warn(
        "Status kesejahteraan tertulis miskin, tetapi P3KE menandai miskin ekstrem; dicatat miskin ekstrem.",
        "The status says poor and P3KE says extreme poor; it is kept as extreme poor.",
    ),
    "too_many_cells": _warn(
        "Baris ini punya lebih banyak isian daripada kepala tabel; kolomnya mungkin bergeser.",
        "The row has more cells than the header; its columns may have shifted.",
    ),
    "value_unknown": _warn(
        "Kode atau kata di kolom ini tidak dikenal; disimpan sebagai lainnya atau kosong.",
        "The code or word in this column is not known; it is kept as other or as not given.",
    ),
}

FILE_FINDINGS: Final[dict[str, FindingText]] = {
    "file_empty": _reject("Berkas kosong.", "The file is empty."),
    "file_not_text": _reject(
        "Berkas bukan CSV atau XLSX yang terbaca; simpan ulang dari lembar kerja.",
        "The file is neither readable CSV nor XLSX; save it again from the spreadsheet.",
    ),
    "file_gzip_damaged": _reject(
        "Berkas gzip rusak atau terpotong; unggah ulang.",
        "The gzip file is damaged or cut off; upload it again.",
    ),
    "file_too_large": _reject(
        "Isi berkas lebih dari 300 MB atau 10 juta sel; bagi menjadi beberapa berkas.",
        "The file holds more than 300 MB or 10 million cells; split it into several files.",
    ),
    "workbook_damaged": _reject(
        "Berkas XLSX rusak atau terkunci kata sandi.", "The XLSX file is damaged or locked by a password."
    ),
    "header_not_found": _reject(
        "Baris judul kolom tidak ditemukan; harus ada nama, NIK dan No. KK.",
        "No row of column names was found; it must name the columns for name, NIK and family card number.",
    ),
    "column_missing": _reject("Kolom wajib tidak ada.", "A column that is needed is missing."),
    "column_repeated": _reject(
        "Dua kolom berarti sama; hapus salah satunya.", "Two columns mean the same; remove one of them."
    ),
    "quote_not_closed": _reject(
        "Tanda kutip dibuka dan tidak ditutup, sehingga baris-baris sesudahnya ikut tertelan.",
        "A quotation mark is opened and never closed, so that the lines after it are swallowed.",
    ),
    "line_too_long": _reject("Berkas tidak terbagi dalam baris.", "The file is not divided into lines."),
}
