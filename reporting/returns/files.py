"""The return as files; those of a signed one are kept as they were first made."""

import hashlib
from dataclasses import dataclass

from hub.audit import log_access
from hub.models import User
from reporting.exports.json import canonical_json
from reporting.returns.drafting import must_hold
from reporting.returns.models import Return, SignedFile


@dataclass(frozen=True)
class File:
    name: str
    content_type: str
    content: bytes


def export_return(*, ret: Return, by: User, form: str) -> File:
    """The return as a file: json, csv, xlsx or pdf. Every export is logged (brief.md 28)."""
    must_hold(by, "see_small_numbers")
    file = file_of(ret, form)
    log_access(by=by, action="return_exported", reference=f"{ret.slug} v{ret.version} {form}")
    return file


def file_of(ret: Return, form: str) -> File:
    """The file; of a signed return always the same bytes, which are kept with the first that asks."""
    content_type, _ = FORMATS[form]
    content = kept_file(ret, form).content if ret.is_signed else write(ret, form)
    return File(f"{ret.file_stem}.{form}", content_type, bytes(content))


def kept_file(ret: Return, form: str) -> SignedFile:
    """The file of a signed return, made now if nobody has asked for it before. Of two at once one is kept."""
    kept = SignedFile.objects.filter(ret=ret, form=form).first()
    if kept is None:
        content = write(ret, form)
        SignedFile.objects.bulk_create(
            [SignedFile(ret=ret, form=form, content=content, sha256=hashlib.sha256(content).hexdigest())],
            ignore_conflicts=True,
        )
        kept = SignedFile.objects.get(ret=ret, form=form)
    return kept


def write(ret: Return, form: str) -> bytes:
    """The file made anew from the document."""
    return FORMATS[form][1](ret)


def _json(ret: Return) -> bytes:
    return canonical_json(ret.document).encode()


def _csv(ret: Return) -> bytes:
    from reporting.exports.csv import to_csv

    # The mark tells a spreadsheet program that this is UTF-8.
    return to_csv(ret.document).encode("utf-8-sig")


def _xlsx(ret: Return) -> bytes:
    from reporting.exports.xlsx import to_xlsx

    return to_xlsx(ret.document)


def _pdf(ret: Return) -> bytes:
    from reporting.exports.pdf import to_pdf

    return to_pdf(ret.document, sha256=ret.sha256)


FORMATS = {
    "pdf": ("application/pdf", _pdf),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "csv": ("text/csv; charset=utf-8", _csv),
    "json": ("application/json", _json),
}
