"""Which column of a register file is which field, however the office spelled the header."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

REQUIRED: Final = ("name", "nik", "family_card")

_SPELLINGS: Final = {
    "nik": """nik no_nik nomor_nik nik_ktp no_ktp nomor_ktp ktp no_nik_ktp nik_anggota nik_penduduk nik_art
        nik_individu nomor_induk_kependudukan no_induk_kependudukan nomor_induk_kependudukan_nik
        nik_nomor_induk_kependudukan nik_16_digit nik_e_ktp""",
    "family_card": """nokk no_kk nomor_kk kk kartu_keluarga no_kartu_keluarga nomor_kartu_keluarga
        no_kk_16_digit nomor_kartu_keluarga_kk no_kartu_keluarga_kk nomor_kk_kartu_keluarga nkk no_kel
        nomor_keluarga no_keluarga no_kk_kartu_keluarga nomor_kartu_kel id_kk""",
    "name": """nama nama_lengkap nama_penduduk nama_penerima nama_art nama_anggota nama_anggota_keluarga
        nm_lengkap nama_anggota_rumah_tangga nama_pm nama_warga nama_individu nama_orang nama_jiwa nama_kpm
        nama_penerima_manfaat nama_sesuai_ktp nama_ktp nama_lengkap_sesuai_ktp nama_lgkp nm_penerima
        nama_peserta name""",
    "birth_date": """tanggal_lahir tgl_lahir tgllahir tgl_lhr tanggal_lahir_dd_mm_yyyy tgl_lahir_dd_mm_yyyy
        dob tanggal_kelahiran tgl_kelahiran tanggal_lahir_tgl_bln_thn tanggal_bulan_tahun_lahir
        tgl_bln_thn_lahir tgl_lahir_hh_bb_tttt tl birth_date""",
    "birth_place": """tempat_lahir tmp_lahir tmpt_lahir tempatlahir tpt_lahir kota_lahir kab_kota_lahir
        tmp_lhr tempat_kelahiran tempat_kabupaten_kota_lahir kota_kelahiran birth_place""",
    "birth": """ttl tempat_tanggal_lahir tempat_tgl_lahir tempat_dan_tanggal_lahir tmp_tgl_lahir
        tmpt_tgl_lahir tempat_tanggal_kelahiran tpt_tgl_lahir""",
    "register_number": """idsemesta id_semesta idsemesta_dtks id_dtks iddtks id_art_dtks id_bdt nomor_dtks
        no_dtks id_dtsen id_individu id_anggota id_penduduk id_pm id_terpadu id_semesta_individu""",
    "sex": """jenis_kelamin jk jns_kelamin kelamin sex l_p lp jenis_kelamin_l_p jenkel jk_l_p gender
        kd_jenis_kelamin""",
    "relation": """shdk hubungan_keluarga hubungan hub_keluarga hubkel stat_hbkel status_hubungan_keluarga
        kk_level hubungan_dengan_kepala_keluarga hub_kepala_keluarga hubungan_kepala_keluarga
        hub_dgn_kepala_keluarga hubkrt hubungan_dalam_keluarga status_hubungan_dalam_keluarga hub_dg_kk
        hub_dgn_kk hub_krt hubungan_dg_kk hubungan_dengan_kk status_dalam_keluarga kedudukan_dalam_keluarga
        status_keluarga hubungan_dgn_kk hub_dengan_kepala_keluarga hubungan_dengan_kepala_rumah_tangga
        kode_shdk shdk_kode status_shdk""",
    "marital_status": """status_kawin status_perkawinan status_nikah status_pernikahan stat_kwn
        status_kawin_kode perkawinan kode_status_kawin kawin stat_kawin sts_kawin status_marital""",
    "mother_name": """nama_ibu_kandung nama_ibu ibu_kandung ibu nm_ibu nama_gadis_ibu_kandung nama_gadis_ibu
        nama_lengkap_ibu nama_lgkp_ibu nm_ibu_kandung""",
    "address": """alamat alamat_lengkap alamat_rumah alamat_domisili alamat_tinggal alamat_tempat_tinggal
        jalan alamat_sesuai_kk alamat_sekarang alamat_kk alamat_jalan address""",
    "rt": "rt no_rt nomor_rt no_urut_rt",
    "rw": "rw no_rw nomor_rw",
    "rt_rw": "rt_rw rtrw rt_dan_rw",
    "district_code": """id_kec kode_kec kode_kecamatan id_kecamatan kd_kec kd_kecamatan kode_wilayah_kecamatan
        kode_kemendagri_kecamatan kec_id no_kec""",
    "village_code": """id_desa kode_desa kode_kelurahan id_kelurahan kd_desa kd_kelurahan id_kel kode_kel
        kd_kel kode_desa_kelurahan id_desa_kelurahan kode_kelurahan_desa kode_wilayah kode_wilayah_desa
        kode_kemendagri kode_kemendagri_desa kd_desa_kelurahan kode_desa_kel kode_kel_desa id_desa_kel
        id_kel_desa kel_id desa_id""",
    "district_name": "kecamatan kec nama_kecamatan nm_kec nama_kec nm_kecamatan",
    "village_name": """desa_kelurahan kelurahan_desa kelurahan desa kel_desa desa_kel nama_desa nama_kelurahan
        nm_kel nama_desa_kelurahan nama_kelurahan_desa nm_desa nm_kelurahan nama_kel kel nm_desa_kelurahan""",
    "food_aid": """bpnt sembako bpnt_sembako sembako_bpnt program_sembako penerima_bpnt bansos_bpnt
        penerima_sembako""",
    "food_aid_period": "periode_bpnt periode_sembako masa_bpnt bulan_bpnt bpnt_periode tahap_bpnt",
    "cash_transfer": "pkh penerima_pkh program_keluarga_harapan bansos_pkh peserta_pkh",
    "cash_transfer_period": "periode_pkh tahap_pkh masa_pkh bulan_pkh pkh_periode",
    "premium_subsidy": """pbi pbi_jk pbi_jkn pbijk penerima_pbi pbi_bpjs peserta_pbi bansos_pbi
        penerima_pbi_jk""",
    "premium_subsidy_period": "periode_pbi periode_pbi_jk masa_pbi bulan_pbi pbi_periode periode_pbi_jkn",
    "welfare_status": """status_kesejahteraan kesejahteraan status_kemiskinan status_miskin
        kategori_kemiskinan kategori_kesejahteraan tingkat_kesejahteraan status_sosial_ekonomi""",
    "decile": """desil desil_nasional desil_kesejahteraan peringkat_desil kelompok_desil nilai_desil
        desil_dtsen desil_kelompok peringkat_kesejahteraan status_desil""",
    "extreme_poor": "p3ke miskin_ekstrem miskin_ekstrim p3ke_miskin_ekstrem data_p3ke status_p3ke masuk_p3ke",
    "occupation": """pekerjaan kode_pekerjaan jenis_pekerjaan jenis_pkrjn pekerjaan_id kd_pekerjaan
        id_pekerjaan pekerjaan_utama pekerjaan_kode mata_pencaharian profesi""",
    "education": """pendidikan kode_pendidikan pendidikan_terakhir pddk_akh pendidikan_kk_id pendidikan_akhir
        kd_pendidikan id_pendidikan pendidikan_tertinggi tingkat_pendidikan ijazah_terakhir pendidikan_kode
        ijazah_tertinggi jenjang_pendidikan""",
    "school_participation": """partisipasi_sekolah partisipasi_pendidikan kd_partisipasi_sekolah
        status_sekolah kode_partisipasi_sekolah keikutsertaan_sekolah partisipasi_bersekolah
        status_bersekolah""",
    "nisn": "nisn no_nisn nomor_nisn nomor_induk_siswa_nasional no_induk_siswa_nasional",
    "disabilities": """keterangan_disabilitas disabilitas jenis_disabilitas penyandang_disabilitas
        ket_disabilitas ragam_disabilitas jenis_cacat cacat jenis_kecacatan kecacatan
        disabilitas_keterangan""",
    "pregnant": """is_aktif_hamil isaktifhamil hamil status_hamil kehamilan sedang_hamil ibu_hamil
        status_kehamilan aktif_hamil""",
    "death_note": """keterangan_meninggal ket_meninggal catatan_meninggal keterangan_kematian
        tanggal_meninggal tgl_meninggal""",
    "alive": "masih_hidup_label masih_hidup status_hidup hidup label_masih_hidup ket_hidup",
    "active": "is_nonaktif nonaktif non_aktif status_nonaktif isnonaktif tidak_aktif is_non_aktif",
    "exit_reason": """deleted_label alasan_nonaktif alasan_keluar alasan_hapus alasan_non_aktif
        keterangan_nonaktif alasan_dihapus alasan_dikeluarkan keterangan_hapus label_hapus
        alasan_penonaktifan""",
    "decree": """first_sk sk_pertama no_sk nomor_sk sk sk_dtks no_sk_pertama sk_penetapan nomor_sk_pertama
        sk_awal""",
    "matched_on": """padankan_at tanggal_padan tgl_padan padan_at dipadankan_pada tanggal_pemadanan
        tgl_pemadanan tanggal_padan_dukcapil padan_dukcapil_at tanggal_dipadankan""",
}


def compact(text: str) -> str:
    """Letters and digits only, lower case: what two spellings of one header have in common."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKC", text).casefold())


_FIELD_OF: Final[Mapping[str, str]] = {
    compact(spelling): field for field, spellings in _SPELLINGS.items() for spelling in spellings.split()
}


def field_of(header: str) -> str | None:
    """The field that a header names, or None for a column the register has no use for."""
    return _FIELD_OF.get(compact(header)) if len(header) < 200 else None


def fields_of(cells: Sequence[str]) -> list[str | None]:
    """One entry per column, None where the column is not ours."""
    return [field_of(cell) for cell in cells]


def looks_like_header(fields: Sequence[str | None]) -> bool:
    """Three known columns, the name or the NIK among them: no row of data reads like that."""
    known = set(fields) - {None}
    return len(known) >= 3 and bool(known & {"name", "nik"})
