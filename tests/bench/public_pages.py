"""What a first visit to each public page takes over the wire: page, styles and scripts, as a browser asks for them.

The pages come through the WSGI application, the files from where a deployment collects them: compressed, as WhiteNoise
serves them. There is no floor: the bar is 100 KB (issue "Every way in").
"""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

BAR = 100 * 1024
PAGES = (
    "/", "/could-i-foster/", "/what-happens-next/", "/what-you-are-paid/", "/our-councils/", "/contact/", "/privacy/",
    "/cookies/", "/accessibility/", "/licences/", "/enquire/",
)  # fmt: skip
FILE = re.compile(r"""(?:<script[^>]*\ssrc|<link[^>]*\shref|<img[^>]*\ssrc)="(/static/[^"]+)\"""")
IMPORTED = re.compile(r"""(?:from|import)\s*"(\./[^"]+)\"""")


def rows() -> list[dict]:
    """One row a page: its address, bytes of the page itself, of its files, of both, and whether it is under the bar."""
    with tempfile.TemporaryDirectory() as folder:
        _collect(folder)
        return [_row(address, _first_visit(address, folder)) for address in PAGES]


def _row(address: str, sizes: dict[str, int]) -> dict:
    total = sum(sizes.values())
    return {
        "name": f"first visit to {address}",
        "page_bytes": sizes[address],
        "files_bytes": total - sizes[address],
        "bytes": total,
        "bar_bytes": BAR,
        "met": total < BAR,
        "note": f"{total / 1024:.0f} KB over the wire, {len(sizes)} requests",
    }


def _collect(folder: str) -> None:
    """The static files hashed and compressed, as a deployment collects them."""
    from django.core.management import call_command
    from django.test import override_settings

    with override_settings(**_collected(folder)):
        call_command("collectstatic", interactive=False, verbosity=0)


def _collected(folder: str) -> dict:
    from django.conf import settings

    storage = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    return {
        "STATIC_ROOT": folder,
        "STORAGES": {**settings.STORAGES, "staticfiles": storage},
        "WHITENOISE_AUTOREFRESH": False,
        "WHITENOISE_USE_FINDERS": False,
        # A first page of the demo shows what a hub's would not.
        "HUB_DEMO": False,
    }


def _first_visit(address: str, folder: str) -> dict[str, int]:
    """Bytes by address, of everything that a browser without a cache fetches for the page."""
    from django.test import Client, override_settings

    with override_settings(**_collected(folder)):
        client = Client(headers={"accept-encoding": "gzip, deflate, br"})  # a new one reads the settings anew
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, (address, answer.status_code)
        html = answer.content.decode()
        return {address: len(answer.content), **dict(_files(client, FILE.findall(html), folder))}


def _files(client, addresses: list[str], folder: str) -> Iterator[tuple[str, int]]:
    for address in dict.fromkeys(addresses):
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        yield address, len(b"".join(answer))
        if address.endswith(".js"):
            script = (Path(folder) / address.removeprefix("/static/")).read_text()
            yield from _files(client, [urljoin(address, name) for name in IMPORTED.findall(script)], folder)
