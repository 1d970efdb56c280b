"""What a file is by its content, whatever it is called, and whether it may be kept. Nothing is unpacked or drawn."""

import io
import re
import zipfile
from dataclasses import dataclass

import filetype

from hub.errors import Refused

LARGEST = 10_000_000  # bytes
# Of a Word document, which is a zip file: what it would be unpacked, how many times its size, and in how many parts.
LARGEST_UNPACKED, MOST_TIMES, MOST_PARTS = 100_000_000, 200, 2_000
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What may be kept, with the endings that such a file has.
KEPT = {
    "application/pdf": ("PDF", ("pdf",)),
    "image/jpeg": ("JPEG picture", ("jpg", "jpeg")),
    "image/png": ("PNG picture", ("png",)),
    "image/heic": ("HEIC picture", ("heic", "heif")),
    _WORD: ("Word document", ("docx",)),
}
ENDINGS = ", ".join(f".{ending}" for _name, endings in KEPT.values() for ending in endings)
_READABLE = "a PDF, a picture (JPEG, PNG, HEIC) or a Word document (.docx)"
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069/\\:*?"<>|]+')


@dataclass(frozen=True)
class Content:
    """A file that may be kept."""

    name: str
    content_type: str
    raw: bytes


def content_of(*, name: str, raw: bytes) -> Content:
    """The file as it may be kept. `Refused` with what to do where it is empty, too large, of another kind than we keep
    or than its name says, holds macros, or is a zip bomb."""
    if not raw:
        raise Refused("The selected file is empty. Choose another one.")
    if len(raw) > LARGEST:
        raise Refused(
            f"The selected file must be smaller than {LARGEST // 1_000_000} MB. Make it smaller, or split it."
        )
    guess = filetype.guess(raw)
    found = guess.mime if guess else ""
    if found not in KEPT:
        raise Refused(f"The selected file must be {_READABLE}. This one is something else, whatever its name says.")
    kind, endings = KEPT[found]
    name = clean_name(name)
    if name.rpartition(".")[2].lower() not in endings:
        raise Refused(f"The selected file is a {kind} and is called “{name}”. Save it again as .{endings[0]}.")
    if found == _WORD:
        _refuse_bad_word(raw)
    return Content(name, found, raw)


def type_by_name(name: str) -> str:
    """The media type of a file that was kept: its ending was held against its content then."""
    ending = name.rpartition(".")[2].lower()
    return next((kind for kind, (_name, endings) in KEPT.items() if ending in endings), "application/octet-stream")


def clean_name(name: str) -> str:
    """The name of a file as it can be shown and saved anywhere: one line, no path, its ending kept, 120 characters."""
    name = " ".join(_NOT_IN_NAMES.sub(" ", name).split()).lstrip(".") or "document"
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: 119 - len(ending)]}.{ending}" if dot and len(ending) <= 10 else name[:120]


def _refuse_bad_word(raw: bytes) -> None:
    """Judged by the list of its parts alone."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as fault:
        raise Refused(
            "The selected file is damaged. Open it in Word, save it again, and choose the new one."
        ) from fault
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > min(LARGEST_UNPACKED, MOST_TIMES * len(raw)):
        raise Refused("The selected file would be far too large when opened. Save it as a PDF and choose that.")
    names = [part.filename.lower() for part in parts]
    if "word/document.xml" not in names:
        raise Refused(f"The selected file must be {_READABLE}. This one only looks like a Word document.")
    if any(name.endswith(("vbaproject.bin", ".exe", ".js", ".vbs")) for name in names):
        raise Refused("The selected file contains macros. Save it without them, or as a PDF.")
