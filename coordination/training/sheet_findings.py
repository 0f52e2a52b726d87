"""What each code says of a row of a list of applicants, in Indonesian and English; never with a value from the file."""

from typing import Any, Final

from households.intake.findings import ROW_FINDINGS, FindingText

FINDINGS: Final[dict[str, FindingText]] = {
    "nik_needed": FindingText(
        "reject", "NIK kosong; orang ini tidak dapat dicari.", "The NIK is missing; the person cannot be found."
    ),
    "not_found": FindingText(
        "reject",
        "Tidak ada orang dengan NIK ini yang boleh Anda lihat; mintalah rujukan dari Dinas Sosial.",
        "Nobody whom you may see has this NIK; ask Social Affairs for a referral.",
    ),
    "another_person": FindingText(
        "reject",
        "Nama dan tanggal lahir berbeda dengan pemilik NIK ini; periksa NIK.",
        "Name and birth date are not those of the holder of this NIK; check the NIK.",
    ),
    "other_course": FindingText("reject", "Baris ini untuk kejuruan lain.", "The row is for another course."),
    "other_run": FindingText("reject", "Baris ini untuk angkatan lain.", "The row is for another run."),
    "not_alive": FindingText(
        "reject", "Orang ini tidak tercatat hidup di sini.", "The person is not known to be alive and here."
    ),
    "wrong_city": FindingText("reject", "Orang ini tinggal di kota lain.", "The person lives in another city."),
    "no_agreement": FindingText(
        "reject",
        "Tidak ada perjanjian yang mengizinkan penyelenggara melihat orang untuk pelatihan.",
        "No agreement lets this provider see people for training.",
    ),
    "not_concerned": FindingText(
        "reject",
        "Perjanjian pelatihan tidak mencakup orang seusia ini.",
        "The agreement on training does not concern people of this age.",
    ),
    "conflict": FindingText("reject", "Keadaan saat ini tidak mengizinkan.", "The current state does not allow this."),
    "exists": FindingText("warn", "Orang ini sudah mendaftar.", "This person has applied already."),
    "row_repeated": FindingText(
        "warn", "NIK ini sudah ada di baris sebelumnya.", "This NIK stands in an earlier row already."
    ),
    "name_differs": FindingText(
        "warn", "Nama berbeda dengan pemilik NIK ini.", "The name is not that of the holder of this NIK."
    ),
    "birth_date_differs": FindingText(
        "warn", "Tanggal lahir berbeda dengan pemilik NIK ini.", "The birth date is not that of the holder of this NIK."
    ),
    "score_invalid": FindingText(
        "warn", "Nilai bukan 0 sampai 100; tidak disimpan.", "The score is not 0 to 100; it is not kept."
    ),
    "score_not_yours": FindingText(
        "warn", "Nilai hanya dicatat oleh penyelenggara.", "Scores are recorded by the provider alone."
    ),
    "header_not_found": FindingText(
        "reject",
        "Baris judul kolom tidak ditemukan; harus ada NIK dan nama.",
        "No row of column names was found; it must name the columns for NIK and name.",
    ),
}


def finding(line: int, column: str, code: str) -> dict[str, Any]:
    """One finding with its words."""
    told = FINDINGS.get(code) or ROW_FINDINGS[code]
    return {
        "line": line,
        "column": column,
        "code": code,
        "severity": told.severity,
        "text_id": told.text_id,
        "text_en": told.text_en,
    }
