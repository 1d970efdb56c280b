"""A campaign's short link as a QR code to print, with the link in words beneath for those who type it."""

from html import escape
from io import BytesIO

from django.conf import settings
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode

from enquiries.models import Campaign

MARGIN, CAPTION = 4, 4  # in modules: the quiet zone that readers need, and room for the link below it
BASELINE = 2.4
PIXELS = 16  # of a module in the PNG: sharp on an A4 poster


def short_link(campaign: Campaign) -> str:
    """The whole address, 'https://foster.example.org/go/fortnight/'."""
    return settings.BASE_URL + reverse("go", args=[campaign.code])


def in_words(link: str) -> str:
    """As it is printed: without what nobody types."""
    return link.split("://", 1)[-1].rstrip("/")


def as_svg(link: str) -> bytes:
    """The code in black on white, scalable, with the link beneath."""
    rows = _modules(link)
    width = len(rows)
    squares = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    words = in_words(link)
    size = min(2.4, (width - 2) / (0.6 * len(words)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width + CAPTION}" width="{8 * width}"'
        f' height="{8 * (width + CAPTION)}" role="img"><title>QR code that leads to {escape(words)}</title>'
        f'<path fill="#fff" d="M0 0h{width}v{width + CAPTION}H0z"/><path d="{squares}"/>'
        f'<text x="{width / 2}" y="{width + BASELINE}" font-family="Arial, sans-serif" font-size="{size:.2f}"'
        f' text-anchor="middle">{escape(words)}</text></svg>'
    ).encode()


def as_png(link: str) -> bytes:
    """The same picture in pixels, for programs that take no SVG."""
    rows = _modules(link)
    width = len(rows) * PIXELS
    picture = Image.new("L", (width, width + CAPTION * PIXELS), 255)
    draw = ImageDraw.Draw(picture)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                corner = (x * PIXELS, y * PIXELS)
                draw.rectangle((corner, (corner[0] + PIXELS - 1, corner[1] + PIXELS - 1)), fill=0)
    words, font = in_words(link), ImageFont.load_default(2.4 * PIXELS)
    if (length := draw.textlength(words, font)) > width - 2 * PIXELS:
        font = ImageFont.load_default(2.4 * PIXELS * (width - 2 * PIXELS) / length)
    draw.text((width / 2, width + BASELINE * PIXELS), words, fill=0, font=font, anchor="ms")
    written = BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


PICTURES = {"svg": (as_svg, "image/svg+xml"), "png": (as_png, "image/png")}


def _modules(link: str) -> list[list[bool]]:
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=MARGIN)  # a quarter may be torn or dirty
    code.add_data(link)
    return code.get_matrix()
