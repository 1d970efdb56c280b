"""The return as an accessible PDF (PDF/UA-1): a title page, the picture, tagged tables, narrative and signature."""

from typing import Any

from django.template.loader import render_to_string

from hub.documents import pdf_of
from reporting.exports import funnel as picture_of
from reporting.layout import ReturnTable

# More columns than this do not fit across a landscape page.
ACROSS = 14
# The address by which the document shows its picture.
PICTURE = "embedded:funnel.svg"


def to_pdf(document: dict, names: dict[str, str] | None = None, *, sha256: str = "") -> bytes:
    """The file as bytes. A draft says so on every page; `sha256` is the hash of a signed document."""
    table = ReturnTable(document, names)
    picture = (
        {PICTURE: ("image/svg+xml", picture_of.funnel(table).svg.encode())} if picture_of.has_funnel(table) else {}
    )
    return pdf_of(to_html(document, names, sha256=sha256), embedded=picture)


def to_html(document: dict, names: dict[str, str] | None = None, *, sha256: str = "") -> str:
    """The page that the PDF is made of."""
    table = ReturnTable(document, names)
    funnel = picture_of.funnel(table) if picture_of.has_funnel(table) else None
    context = {"table": table, "parts": _parts(table), "funnel": funnel, "picture": PICTURE, "sha256": sha256}
    return render_to_string("pdf/return.html", context)


def _parts(table: ReturnTable) -> list[dict[str, Any]]:
    """The tables in order: every group of rows, over so many columns as fit on a page."""
    size = ACROSS - 2
    chunks = [table.authorities[start : start + size] for start in range(0, len(table.authorities), size)] or [[]]
    parts: list[dict[str, Any]] = []
    for section in table.sections:
        for group in section.groups:
            for number, chunk in enumerate(chunks):
                columns = [("total", "Total"), *chunk]
                if number == len(chunks) - 1:
                    columns.append(("unallocated", "Unallocated"))
                title = group.title if number == 0 else f"{group.title} (continued)"
                rows = [(row, [row.cell(column) for column, _ in columns]) for row in group.rows]
                heading = section if group is section.groups[0] and number == 0 else None
                parts.append({"title": title, "columns": columns, "rows": rows, "group": group, "heading": heading})
    return parts
