"""Codes and words of a register's cells, each read into one canonical value."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from households.intake.dates import read_date

UNKNOWN: Final = object()
"""What a table answers for a value that it does not know."""

_INVISIBLE: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NOT_GIVEN: Final = frozenset(("", "-", "--", "NULL", "N/A", "#N/A"))
_NO_NUMBER: Final = _NOT_GIVEN | {"TIDAKADA", "BELUMADA", "TDKADA", "KOSONG", "NIHIL", "NA", "NONE"}
REMEMBERED: Final = 50_000


def clean_text(raw: str) -> str:
    """Trimmed, single spaces, no leading apostrophe, nothing invisible; '' for a dash or NULL."""
    if raw.isprintable():
        is_tidy = raw[:1].isalnum() and raw[-1] != " " and "  " not in raw
        text = raw if is_tidy else " ".join(raw.split()).removeprefix("'").lstrip()
    else:
        text = " ".join(_INVISIBLE.sub("", raw).split()).removeprefix("'").lstrip()
    return "" if len(text) < 5 and text.upper() in _NOT_GIVEN else text


def clean_number(raw: str) -> str:
    """An identity number without spaces, apostrophe or invisible characters; '' for none."""
    text = "".join(_INVISIBLE.sub("", raw).split()).removeprefix("'")
    return "" if text.upper() in _NO_NUMBER else text


class Table(dict[str, Any]):
    """Reads a raw cell by a function and remembers the answer; forgets all when it grows too big."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, raw: str) -> Any:
        if len(self) >= REMEMBERED:
            self.clear()
        value = self[str(raw)] = self._read(clean_text(raw))
        return value


def read_words(words: Mapping[Any, str], *, blank: Any) -> Callable[[str], Any]:
    """A reader of coded cells. `words` gives each value its codes and spellings, parted by `|`."""
    value_of = {_key(word): value for value, spellings in words.items() for word in spellings.split("|")}

    def read(text: str) -> Any:
        if not text:
            return blank
        key = _key(text)
        value = value_of.get(key, UNKNOWN)
        # "1. KEPALA KELUARGA": the code and the word in one cell.
        return value if value is not UNKNOWN else value_of.get(key.lstrip("0123456789"), UNKNOWN)

    return read


def read_disabilities(text: str) -> Any:
    """All kinds in a list parted by `;`, `,`, `/` or `|`, each once, in a fixed order."""
    if not text or _key(text) in ("TIDAK", "TIDAKADA", "0", "BUKAN", "NORMAL", "NONDISABILITAS"):
        return ()
    kinds = [_one_disability(part.strip()) for part in re.split(r"[;,/|+]", text) if part.strip()]
    return UNKNOWN if UNKNOWN in kinds else tuple(sorted(set(kinds)))


def read_day(text: str) -> date | object | None:
    """A date, None for a blank cell, UNKNOWN for anything else."""
    return (read_date(text) or UNKNOWN) if text else None


def read_code(codes: Iterable[int], words: Mapping[str, str]) -> Callable[[str], Any]:
    """A reader of national code lists: answers the code as text without leading zeros."""
    return read_words({str(code): f"{code}|{words.get(str(code), code)}" for code in codes}, blank="")


def read_flag(*, blank: bool, yes: str = "", no: str = "") -> Callable[[str], Any]:
    """A reader of yes and no, with the words that mean them in this column."""
    return read_words({True: f"{_YES}|{yes}", False: f"{_NO}|{no}"}, blank=blank)


def _key(text: str) -> str:
    key = re.sub(r"[^A-Z0-9]", "", text.upper())
    return key.lstrip("0") or "0" if key.isdigit() else key


_YES: Final = "YA|Y|1|TRUE|IYA|YES|BENAR|V|ADA|X"
_NO: Final = "TIDAK|T|0|FALSE|N|NO|TDK|BUKAN|TIDAK ADA|BELUM|SALAH"

SEX: Final = {
    "M": "L|LAKI-LAKI|LAKI|LK|LAKI2|PRIA|M|MALE|1",
    "F": "P|PEREMPUAN|PR|PRP|WANITA|F|FEMALE|2",
}
RELATION: Final = {
    "head": "1|KEPALA KELUARGA|KEPALA|KK|KEPALA RUMAH TANGGA|KRT|KEP. KELUARGA|KEPALA KEL",
    "husband": "2|SUAMI",
    "wife": "3|ISTRI|ISTERI",
    "child": "4|ANAK|ANAK KANDUNG|ANAK TIRI|ANAK ANGKAT",
    "child_in_law": "5|MENANTU|ANAK MENANTU",
    "grandchild": "6|CUCU",
    "parent": "7|ORANG TUA|ORTU|AYAH|BAPAK|IBU|AYAH KANDUNG|IBU KANDUNG",
    "parent_in_law": "8|MERTUA|AYAH MERTUA|IBU MERTUA|BAPAK MERTUA",
    "other_family": """9|FAMILI LAIN|FAMILI|FAMILI LAINNYA|FAMILY LAIN|KELUARGA LAIN|SAUDARA|ADIK|KAKAK
        |KEPONAKAN|KERABAT|KERABAT LAIN""",
    "servant": "10|PEMBANTU|PEMBANTU RUMAH TANGGA|SOPIR|PEMBANTU/SOPIR|ART",
    "other": "11|LAINNYA|LAIN-LAIN|LAIN",
}
MARITAL_STATUS: Final = {
    "single": "1|BELUM KAWIN|BELUM MENIKAH|BELUM NIKAH|LAJANG|TIDAK KAWIN|BLM KAWIN|BK",
    "married": """2|KAWIN|MENIKAH|NIKAH|KAWIN TERCATAT|KAWIN TIDAK TERCATAT|KAWIN BELUM TERCATAT|SUDAH KAWIN
        |KAWIN/NIKAH|K""",
    "divorced": "3|CERAI HIDUP|CERAI|CH",
    "widowed": "4|CERAI MATI|CM",
}
WELFARE_STATUS: Final = {
    "poor": "MISKIN|TIDAK EKSTREM|POOR|RENTAN MISKIN|HAMPIR MISKIN|MISKIN TIDAK EKSTREM",
    "extreme_poor": "MISKIN EKSTREM|MISKIN EKSTRIM|SANGAT MISKIN|EKSTREM|EKSTRIM|EXTREME POOR|MISKIN EXTREME",
}
SCHOOL_PARTICIPATION: Final = {
    "never": """1|TIDAK/BELUM PERNAH SEKOLAH|BELUM PERNAH SEKOLAH|TIDAK PERNAH SEKOLAH|BELUM SEKOLAH
        |TIDAK/BELUM PERNAH BERSEKOLAH|BELUM PERNAH BERSEKOLAH|TIDAK/BELUM SEKOLAH|TIDAK PERNAH BERSEKOLAH""",
    "in_school": "2|MASIH SEKOLAH|MASIH BERSEKOLAH|SEKOLAH|BERSEKOLAH|SEDANG SEKOLAH|AKTIF SEKOLAH",
    "no_longer": """3|TIDAK BERSEKOLAH LAGI|TIDAK SEKOLAH LAGI|TIDAK LAGI BERSEKOLAH|PUTUS SEKOLAH
        |TIDAK SEKOLAH|TIDAK BERSEKOLAH|TAMAT|LULUS|SUDAH TIDAK SEKOLAH""",
    None: "0",
}
EXIT_REASON: Final = {
    "deceased": "MENINGGAL DUNIA|MENINGGAL|WAFAT|MATI|KEMATIAN",
    "moved_out": "PINDAH KELUAR KOTA|PINDAH|PINDAH KELUAR|PINDAH DOMISILI|PINDAH ALAMAT|PINDAH LUAR KOTA",
    "not_found": "TIDAK DITEMUKAN|TIDAK KETEMU|ALAMAT TIDAK DITEMUKAN|ORANG TIDAK DITEMUKAN|TDK DITEMUKAN",
    "no_longer_poor": "GRADUASI MANDIRI|GRADUASI|MAMPU|SUDAH MAMPU|TIDAK MISKIN|SEJAHTERA|GRADUASI SEJAHTERA",
    "employed_civil_servant": "ASN/TNI/POLRI|ASN|PNS|TNI|POLRI|TNI/POLRI|PNS/TNI/POLRI|PPPK",
    "refused": "MENOLAK|MENGUNDURKAN DIRI|MENOLAK BANTUAN|MUNDUR|MENOLAK DIDATA",
    "invalid_nik": "NIK TIDAK VALID|NIK INVALID|NIK TIDAK PADAN|TIDAK PADAN DUKCAPIL|NIK TIDAK DITEMUKAN",
    "duplicate": "DATA GANDA|GANDA|DUPLIKAT|DUPLIKASI|NIK GANDA|DUPLIKAT DATA",
}
EDUCATION_WORDS: Final = {
    "1": "TIDAK/BELUM SEKOLAH|TIDAK SEKOLAH|BELUM SEKOLAH|TIDAK/BLM SEKOLAH",
    "2": "BELUM TAMAT SD/SEDERAJAT|BELUM TAMAT SD|TIDAK TAMAT SD|TIDAK TAMAT SD/SEDERAJAT",
    "3": "TAMAT SD/SEDERAJAT|TAMAT SD|SD|SD/SEDERAJAT|SD/MI|MI",
    "4": "SLTP/SEDERAJAT|SLTP|SMP|SMP/SEDERAJAT|SMP/MTS|MTS|TAMAT SMP|TAMAT SLTP",
    "5": "SLTA/SEDERAJAT|SLTA|SMA|SMK|SMA/SEDERAJAT|SMA/SMK|SMA/SMK/MA|MA|TAMAT SMA|TAMAT SLTA",
    "6": "DIPLOMA I/II|D1/D2|D1|D2|D-I/II|DI/II",
    "7": "AKADEMI/DIPLOMA III/S. MUDA|DIPLOMA III|D3|DIII|AKADEMI|AKADEMI/DIPLOMA III/SARJANA MUDA",
    "8": "DIPLOMA IV/STRATA I|D4/S1|S1|D4|STRATA I|SARJANA|DIV/S1|DIPLOMA IV",
    "9": "STRATA II|S2|MAGISTER",
    "10": "STRATA III|S3|DOKTOR",
}
OCCUPATION_WORDS: Final = {
    "1": "BELUM/TIDAK BEKERJA|TIDAK BEKERJA|BELUM BEKERJA|TIDAK/BELUM BEKERJA|PENGANGGURAN",
    "2": "MENGURUS RUMAH TANGGA|RUMAH TANGGA|IBU RUMAH TANGGA|IRT",
    "3": "PELAJAR/MAHASISWA|PELAJAR|MAHASISWA|SISWA",
    "9": "PETANI/PEKEBUN|PETANI|PEKEBUN",
    "10": "PETERNAK",
    "11": "NELAYAN/PERIKANAN|NELAYAN|PERIKANAN",
    "13": "KONSTRUKSI",
    "15": "KARYAWAN SWASTA|SWASTA|PEGAWAI SWASTA",
    "19": "BURUH HARIAN LEPAS|BURUH HARIAN|BURUH",
    "20": "BURUH TANI/PERKEBUNAN|BURUH TANI",
    "21": "BURUH NELAYAN/PERIKANAN|BURUH NELAYAN",
    "30": "TUKANG JAHIT|PENJAHIT",
    "81": "SOPIR|SUPIR",
    "84": "PEDAGANG|DAGANG",
    "88": "WIRASWASTA|WIRAUSAHA",
    "89": "LAINNYA|PEKERJAAN LAINNYA|LAIN-LAIN",
}
_one_disability: Final = read_words(
    {
        "physical": "FISIK|TUNA DAKSA|DAKSA|CACAT FISIK|TUBUH|CACAT TUBUH|DISABILITAS FISIK",
        "intellectual": "INTELEKTUAL|TUNA GRAHITA|GRAHITA|DISABILITAS INTELEKTUAL|DOWN SYNDROME",
        "mental": "MENTAL|JIWA|TUNA LARAS|CACAT MENTAL|DISABILITAS MENTAL|ODGJ|PSIKOSOSIAL|GANGGUAN JIWA",
        "sensory_sight": "SENSORIK NETRA|NETRA|TUNA NETRA|BUTA|PENGLIHATAN|SENSORIK PENGLIHATAN",
        "sensory_hearing": "SENSORIK RUNGU|RUNGU|TUNA RUNGU|TULI|PENDENGARAN|SENSORIK PENDENGARAN",
        "sensory_speech": "SENSORIK WICARA|WICARA|TUNA WICARA|BISU|BICARA|SENSORIK BICARA",
    },
    blank=(),
)


def read_decile(text: str) -> int | object | None:
    """1 to 10; None when not set (blank, 0, dash) or only known as the merged band 6-10."""
    if text in ("", "0") or re.fullmatch(r"6\s?-\s?10", text):
        return None
    match = re.fullmatch(r"(?:DESIL\s?)?0?(\d{1,2})(?:\.0)?", text, re.ASCII | re.IGNORECASE)
    return int(match[1]) if match and 1 <= int(match[1]) <= 10 else UNKNOWN
