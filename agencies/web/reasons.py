"""Why something was refused, in the language of the page: problems and faults in words for people."""

import re
from collections.abc import Sequence

from agencies.web.labels import choose, code_label
from agencies.web.problems import KINDS, Fault, Problem

# Code of a fault -> what people read.
FAULT_WORDS = {
    "not_done_yet": ("Tanggal ini di masa depan atau terlalu lama.", "This day lies ahead or too far back."),
    "control_character": ("Teks memuat tanda yang tidak terlihat.", "The text holds invisible signs."),
    "invalid": ("Isian ini tidak sah.", "This is not valid."),
    "required": ("Isian ini wajib.", "This is required."),
    "does_not_exist": ("Tidak ada data seperti itu.", "There is no such record."),
    "not_available": (
        "Pilihan ini tidak tersedia bagi kantor atau kota Anda.",
        "This is not available to your office or city.",
    ),
    "has_it": ("Instansi ini sudah memegang rujukan tersebut.", "This office has the referral already."),
    "wrong_kind": ("Instansi ini tidak menangani jenis rujukan itu.", "This office does not take such referrals."),
    "not_writable": ("Isian ini bukan untuk Anda ubah.", "This is not yours to change."),
    "no_income": ("Penghasilan hanya diisi bagi yang bekerja.", "Only of whoever works."),
    "not_theirs": (
        "Penerima tidak menyediakan angkatan atau sekolah ini.",
        "The receiver does not offer this batch or speak for this school.",
    ),
    "not_alive": ("Orang ini tercatat meninggal atau pindah.", "This person is not known to be alive and here."),
    "not_awaiting": (
        "Anak ini tidak lagi menunggu: mungkin sudah dirujuk petugas lain.",
        "This child no longer waits: another officer may have referred it.",
    ),
    "file_size": ("Berkas kosong atau lebih besar dari 10 MB.", "The file is empty or larger than 10 MB."),
    "file_name": ("Nama berkas tidak sesuai dengan isinya.", "The name does not fit what the file is."),
    "file_type": ("Hanya berkas PDF, JPEG atau PNG yang utuh.", "Only whole PDF, JPEG or PNG files."),
}
STALE = (
    "Data telah berubah sejak Anda baca. Isian Anda masih ada: periksa keadaan sekarang, lalu kirim lagi bila perlu.",
    "The record has changed since you read it. Your input is still here: look at how it stands, then send it again.",
)
# What services say in detail, as a pattern -> (Indonesian, English); what stands in brackets is put in words too.
DETAIL_WORDS = (
    (r"The referral is (\w+)\.", ("Status rujukan sekarang: {}.", "The referral now is: {}.")),
    (r"The case is (\w+)\.", ("Status kasus sekarang: {}.", "The case now is: {}.")),
    (r"The request is (\w+)\.", ("Status permintaan sekarang: {}.", "The request now is: {}.")),
    (r"The state is (\w+)\.", ("Status sekarang: {}.", "The state now is: {}.")),
    (r"This referral has ended\.", ("Rujukan ini sudah berakhir.", "This referral has ended.")),
    (r"What this referral opened to you has ended\.",
     ("Akses kantor Anda melalui rujukan ini sudah berakhir.", "What this referral opened to you has ended.")),
    (r"This office cannot take the referral now\.",
     ("Instansi itu tidak dapat menerima rujukan ini sekarang.", "This office cannot take the referral now.")),
    (r"A referral has at most (\d+) files\.", ("Satu rujukan memuat paling banyak {} berkas.",
                                              "A referral has at most {} files.")),
    (r"This file was taken back already\.", ("Berkas ini sudah ditarik.", "This file was taken back already.")),
    (r"Planned is (\w+), grade (\d+) in (\d+)\.",
     ("Yang direncanakan: {}, kelas {}, tahun ajaran {}.", "Planned is: {}, grade {}, school year {}.")),
    (r"Another office runs this school: transfer the referral to it\.",
     ("Sekolah ini dikelola instansi lain: alihkan rujukan ke instansi itu.",
      "Another office runs this school: transfer the referral to it.")),
    (r"This school is closed\.", ("Sekolah ini tidak beroperasi.", "This school is closed.")),
    (r"No place is free\.", ("Tidak ada tempat yang kosong.", "No place is free.")),
    (r"This check was answered: (\w+)\.", ("Pemantauan ini sudah dijawab: {}.", "This check was answered: {}.")),
    (r"The check after (\d+) months comes first\.",
     ("Pemantauan bulan ke-{} dijawab lebih dahulu.", "The check after {} months comes first.")),
    (r"This check is due on ([\d-]+)\.",
     ("Pemantauan ini baru jatuh tempo pada {}.", "This check is due on {}.")),
    (r"Nobody on your register has the number that was asked for\.",
     ("Tidak ada orang dengan nomor yang diminta di daftar Anda.",
      "Nobody on your register has the number that was asked for.")),
    (r"Only a child out of school whom your office may not see is asked for\.",
     ("Hanya anak tidak sekolah yang belum terlihat oleh kantor Anda yang dapat diminta.",
      "Only a child out of school whom your office may not see is asked for.")),
    (r"Some conditions are not met; an officer may accept with a reason\.",
     ("Ada syarat yang tidak terpenuhi; isi alasan untuk tetap menerima.",
      "Some conditions are not met; give a reason to accept nevertheless.")),
    (r"(\d+) years on 1 July; SD takes children from 6, from 5\.5 with a letter\.",
     ("Berusia {} tahun pada 1 Juli; SD menerima anak sejak 6 tahun, atau 5,5 tahun dengan surat.",
      "{} years old on 1 July; SD takes children from 6, from 5.5 with a letter.")),
    (r"(\d+) years on 1 July; grade (\d+) takes (\d+) at most: (.+) fits\.",
     ("Berusia {} tahun pada 1 Juli; kelas {} menerima paling tua {} tahun: {} lebih sesuai.",
      "{} years old on 1 July; grade {} takes {} at most: {} fits.")),
    (r"(\d+) years on 1 July; a regular school takes children up to (\d+)\.",
     ("Berusia {} tahun pada 1 Juli; sekolah reguler menerima anak sampai {} tahun.",
      "{} years old on 1 July; a regular school takes children up to {}.")),
    (r"The seat was held until ([\dT:.+-]+)\.", ("Kursi hanya ditahan sampai {}.", "The seat was held only until {}.")),
    (r"This place is not reserved any more\.",
     ("Tempat ini tidak lagi dipesan.", "This place is no longer reserved.")),
    (r"Only the provider takes applications; refer the person instead\.",
     ("Hanya penyelenggara yang menerima pendaftaran; rujuk orang ini kepadanya.",
      "Only the provider takes applications: refer the person to it.")),
    (r"This batch takes no applications now\.",
     ("Angkatan ini tidak menerima pendaftaran sekarang.", "This batch takes no applications at this time.")),
    (r"This person holds a seat in another batch on some of these days\.",
     ("Orang ini memegang kursi di angkatan lain pada sebagian hari yang sama.",
      "This person holds a seat in another batch on some of these days.")),
    (r"The receiver sees the person until ([\d-]+)\.",
     ("Penerima melihat orang ini sampai {}.", "The receiver sees the person until {}.")),
)  # fmt: skip


def problem_words(problem: Problem) -> str:
    """What was refused and why, in sentences."""
    if problem.errors:
        return " ".join(fault_words(fault) for fault in problem.errors)
    if problem.code == "etag_stale":
        return choose(*STALE)
    kind = KINDS[problem.code]
    said = [f"{choose(kind.title_id, kind.title_en)}.", detail_words(problem.detail)]
    if problem.extra.get("allowed"):
        said.append(_possible(problem.extra["allowed"]))
    return " ".join(part for part in said if part)


def detail_words(detail: str) -> str:
    """What a service said in detail; empty for what has no words yet."""
    for pattern, words in DETAIL_WORDS:
        if found := re.fullmatch(pattern, detail):
            return choose(*words).format(*(code_label(part) for part in found.groups()))
    return ""


def _possible(moves: Sequence[str]) -> str:
    return choose("Yang mungkin sekarang: {}.", "Possible now: {}.").format(
        ", ".join(code_label(name) for name in moves)
    )


def fault_words(fault: Fault) -> str:
    """What is wrong with one field."""
    if fault.code in FAULT_WORDS:
        return choose(*FAULT_WORDS[fault.code])
    return fault.detail  # the framework's own, which speaks the language of the page
