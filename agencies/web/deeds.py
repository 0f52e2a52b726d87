"""What officers do with a record on its page, and the words of the buttons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agencies.access.caller import Caller
from agencies.web.forms import Choices, Shape, ShapeForm
from agencies.web.labels import choose

# What a button says: name of the deed -> (Indonesian, English).
DEED_WORDS = {
    "send": ("Kirim", "Send"),
    "withdraw": ("Tarik kembali", "Withdraw"),
    "accept": ("Terima", "Accept"),
    "decline": ("Tolak", "Decline"),
    "return": ("Kembalikan", "Return"),
    "assign": ("Tugaskan", "Assign"),
    "start": ("Mulai", "Begin"),
    "hold": ("Tunda", "Put on hold"),
    "resume": ("Lanjutkan", "Resume"),
    "complete": ("Selesaikan", "Complete"),
    "fail": ("Nyatakan gagal", "Mark as failed"),
    "transfer": ("Alihkan", "Transfer"),
    "cancel": ("Batalkan", "Cancel"),
    "amend": ("Ubah permintaan", "Change the request"),
    "note": ("Tulis catatan", "Write a note"),
    "attach": ("Tambah berkas", "Add a file"),
    "remove": ("Tarik berkas", "Take the file back"),
    "open-case": ("Buka kasus", "Open the case"),
    "answer": ("Jawab", "Answer"),
    "record-visit": ("Catat kunjungan", "Record a visit"),
    "verify": ("Verifikasi", "Verify"),
    "plan": ("Rencanakan sekolah", "Plan a school"),
    "offer": ("Tawarkan tempat", "Offer a place"),
    "withdraw-offer": ("Tarik tawaran", "Withdraw the offer"),
    "enrol": ("Catat pendaftaran", "Record the enrolment"),
    "close": ("Tutup kasus", "Close the case"),
    "follow-up": ("Jawab pemantauan", "Answer the check"),
    "support": ("Catat kebutuhan dukungan", "Note support needs"),
    "confirm": ("Konfirmasi", "Confirm"),
    "miss": ("Catat tidak hadir", "Record a no-show"),
    "open": ("Buka pendaftaran", "Open registration"),
    "select": ("Mulai seleksi", "Begin the selection"),
    "test": ("Mulai uji kompetensi", "Begin the test"),
    "finish": ("Selesaikan", "Finish"),
}


def _nothing(*about: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do with a record: the shape of what is asked for it, and the service that does it.

    `work` takes the locked record, the checked input and the caller; `resource` and `action` are what the table is
    asked for. `choices` and `initial` are made for the record, `fixed` from its key. `leads` names the page that
    follows, of the record whose key `work` returns. What is not `bound` is done whatever others did meanwhile.
    """

    name: str
    shape: Shape
    work: Callable[[Any, dict[str, Any], Caller], Any]
    resource: str
    action: str = "change"
    names: Sequence[str] = ()
    choices: Callable[[Any, Caller], Mapping[str, Choices]] = _nothing
    initial: Callable[[Any, Caller], Mapping[str, Any]] = _nothing
    fixed: Callable[[UUID], Mapping[str, Any]] = _nothing
    leads: str = ""
    bound: bool = True

    @property
    def words(self) -> str:
        """What its button says."""
        return choose(*DEED_WORDS[self.name])

    @property
    def asks(self) -> bool:
        """Whether anything is to be filled in."""
        return bool(self.names or self.shape().fields)

    def form(self, key: UUID, record: Any, by: Caller, data: Any = None, files: Any = None) -> ShapeForm:
        """The form that asks for it; of a record that is out of sight by now, with what was filled in and no more."""
        choices, initial = ({}, {}) if record is None else (self.choices(record, by), self.initial(record, by))
        return ShapeForm(
            self.shape,
            data,
            files,
            caller=by,
            names=self.names,
            choices=choices,
            initial=initial,
            fixed=self.fixed(key),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that belong to a record and stand below it; the first column leads to the row's own page if it `opens`."""

    resource: str
    link: str
    columns: tuple[str, ...]
    opens: bool = False
