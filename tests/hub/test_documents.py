"""The one writer of PDFs: it shows what it is given and fetches nothing."""

import pytest
from weasyprint.urls import FatalURLFetchingError

from hub.documents import pdf_of

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


def document(address: str) -> str:
    return f'<html lang="en"><title>x</title><body><img src="{address}" alt="x"></body></html>'


@pytest.mark.parametrize(
    "address", ["http://example.org/x.png", "file:///etc/passwd", "data:image/png;base64,AA", "embedded:other.svg"]
)
@pytest.mark.parametrize("embedded", [None, {"embedded:picture.svg": ("image/svg+xml", SVG)}])
def test_nothing_is_fetched(address, embedded):
    with pytest.raises(FatalURLFetchingError):
        pdf_of(document(address), embedded)


def test_what_the_caller_embeds_is_shown():
    with_it = pdf_of(document("embedded:picture.svg"), {"embedded:picture.svg": ("image/svg+xml", SVG)})
    assert with_it.startswith(b"%PDF") and len(with_it) > 500
