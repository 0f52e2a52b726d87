"""A certificate on paper: a PDF in Indonesian, whose QR code leads to the page that tells whether it is valid."""

import io
from datetime import date
from uuid import UUID

from django.conf import settings
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from agencies.access.caller import Caller
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.web.problems import Problem
from coordination.trainees.models import Certificate

MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()  # noqa: SIM905
)
TITLES = {"completion": "SERTIFIKAT PELATIHAN", "competence": "SURAT KETERANGAN KOMPETENSI"}
CLAIMS = {
    "completion": "telah menyelesaikan pelatihan",
    "competence": "dinyatakan KOMPETEN dalam uji kompetensi pada skema",
}
QR_SIDE = 32 * mm


def certificate_pdf(key: UUID, *, by: Caller) -> tuple[str, bytes]:
    """The number of a certificate and its PDF, one page.

    Raises Problem when the caller sees no such certificate, or no longer sees its holder, whose name it bears.
    """
    paper = visible(by, "certificate").filter(pk=key).first()
    if paper is None:
        raise Problem("not_found")
    holder = visible(by, "person").filter(pk=paper.trainee.person_id).first()
    if holder is None:
        raise Problem("conflict", "Your office no longer sees the holder of this certificate.")
    log_call(by, "download", "certificate", subjects=[holder.pk], groups="paper")
    return paper.number, _drawn(paper, holder.name)


def _drawn(paper: Certificate, name: str) -> bytes:
    """Plain text on plain paper: what is read by people is searched by programs too, so nothing is compressed."""
    file, (width, height) = io.BytesIO(), landscape(A4)
    page = Canvas(file, pagesize=(width, height), pageCompression=0, invariant=1)
    page.setTitle(f"{TITLES[paper.kind]} {paper.number}")
    page.setLineWidth(1.5)
    page.rect(10 * mm, 10 * mm, width - 20 * mm, height - 20 * mm)
    for down, size, text in _lines(paper, name):
        page.setFont("Helvetica-Bold" if size > 14 else "Helvetica", size)
        page.drawCentredString(width / 2, height - down * mm, text)
    _draw_check(page, paper.number)
    page.save()
    return file.getvalue()


def _lines(paper: Certificate, name: str) -> list[tuple[int, int, str]]:
    """Millimetres from the top, size in points, and text of each line."""
    told = [
        (34, 28, TITLES[paper.kind]),
        (43, 12, f"Nomor {paper.number}"),
        (60, 12, "diberikan kepada"),
        (74, 24, name),
        (88, 12, CLAIMS[paper.kind]),
        (101, 18, paper.scheme),
        (116, 12, f"Diterbitkan oleh {paper.issuer} pada {in_words(paper.issued_on)}"),
    ]
    if paper.registration:
        told.append((123, 12, f"Nomor registrasi {paper.registration}"))
    if paper.valid_until:
        told.append((130, 12, f"Berlaku sampai {in_words(paper.valid_until)}"))
    if paper.revoked_on:
        told.append((141, 20, f"DICABUT pada {in_words(paper.revoked_on)}"))
    return told


def _draw_check(page: Canvas, number: str) -> None:
    address = check_address(number)
    page.setFont("Helvetica", 9)
    page.drawString(56 * mm, 27 * mm, "Periksa keabsahan dengan memindai kode ini, atau di:")
    page.drawString(56 * mm, 22 * mm, address)
    code = QrCodeWidget(address, barLevel="M", barWidth=QR_SIDE, barHeight=QR_SIDE)
    drawing = Drawing(QR_SIDE, QR_SIDE)
    drawing.add(code)
    renderPDF.draw(drawing, page, 18 * mm, 16 * mm)


def check_address(number: str) -> str:
    """Where anybody learns whether the certificate of this number is valid."""
    return f"{settings.PUBLIC_ORIGINS[0]}/verify/{number}"


def in_words(day: date) -> str:
    """A day as Indonesians write it, such as 5 Maret 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
