"""Documents as accessible PDFs (PDF/UA-1): tagged, with language, title and bookmarks."""

from collections.abc import Mapping


def pdf_of(html: str, embedded: Mapping[str, tuple[str, bytes]] | None = None) -> bytes:
    """A self-contained HTML document as PDF/UA-1.

    `embedded` is what it may show: by the address written in it, media type and content. Nothing else is fetched, from
    the network or the disk: what asks for more was put there by somebody else, and stops it with an error.
    """
    # Loaded here: it brings Pango, which everything else does without.
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

    def fetch(url: str, **_kwargs) -> URLFetcherResponse:
        if embedded is None or url not in embedded:
            raise FatalURLFetchingError("A document asked for a resource.")
        media_type, content = embedded[url]
        return URLFetcherResponse(url, content, {"Content-Type": media_type})

    return HTML(string=html, url_fetcher=fetch).write_pdf(pdf_variant="pdf/ua-1")
