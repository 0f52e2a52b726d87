"""Levels of schools: their grades, who runs them, and where the over-age learn."""

from django.db import models


class Level(models.TextChoices):
    """The form of a school as its number's register knows it."""

    SD = "SD", "SD"
    SMP = "SMP", "SMP"
    SMA = "SMA", "SMA"
    SMK = "SMK", "SMK"
    SLB = "SLB", "SLB"
    PKBM = "PKBM", "PKBM"
    MI = "MI", "MI"
    MTS = "MTs", "MTs"
    MA = "MA", "MA"


class Authority(models.TextChoices):
    """Who runs a school."""

    CITY = "city"
    PROVINCE = "province"
    KEMENAG = "kemenag"


class Programme(models.TextChoices):
    """How a grade is taught: at a school, or as an equivalency programme at a learning centre."""

    REGULAR = "regular"
    PAKET_A = "paket_a"
    PAKET_B = "paket_b"
    PAKET_C = "paket_c"


PACKAGES = (Programme.PAKET_A, Programme.PAKET_B, Programme.PAKET_C)
_RUN_BY = {
    Authority.PROVINCE: (Level.SMA, Level.SMK, Level.SLB),
    Authority.KEMENAG: (Level.MI, Level.MTS, Level.MA),
}
_PRIMARY, _LOWER, _UPPER = range(1, 7), range(7, 10), range(10, 13)
_SCHOOL_GRADES = {
    Level.SD: _PRIMARY,
    Level.MI: _PRIMARY,
    Level.SMP: _LOWER,
    Level.MTS: _LOWER,
    Level.SMA: _UPPER,
    Level.MA: _UPPER,
    Level.SMK: range(10, 14),
    Level.SLB: range(1, 13),
}
_PACKAGE_GRADES = {Programme.PAKET_A: _PRIMARY, Programme.PAKET_B: _LOWER, Programme.PAKET_C: _UPPER}


def authority_of(level: str) -> Authority:
    """Who runs a school of this level: the province from SMA on and for special schools, Kemenag every madrasah,
    the city the rest (UU 23/2014, annex on education)."""
    return next((authority for authority, levels in _RUN_BY.items() if level in levels), Authority.CITY)


def grades_of(level: str, programme: str) -> range:
    """The grades that a school of this level can offer in a programme; empty when it does not teach it."""
    if level == Level.PKBM:
        return _PACKAGE_GRADES.get(Programme(programme), range(0))
    return _SCHOOL_GRADES[Level(level)] if programme == Programme.REGULAR else range(0)
