"""The words of a message: HTML as text, what was quoted left out, nothing that a page or the database cannot hold."""

import re
import unicodedata
from html.parser import HTMLParser

_BLOCKS = frozenset("address article blockquote br div dl dt dd h1 h2 h3 h4 h5 h6 hr li ol p pre table tr ul".split())
_UNSEEN = frozenset("head script style template title".split())
# Characters that turn the direction of what follows: they would turn our own words too.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def plain_words(text: str, *, lines: bool = False) -> str:
    """The text without control and direction characters and half characters; on one line, or with its `lines`."""
    text = text.translate(_TURNING).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text)
    if not lines:
        return " ".join(kept.split())
    trimmed = "\n".join(re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in kept.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", trimmed).strip()


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag, attrs):
        self.unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self.words.append("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag):
        self.unseen = max(0, self.unseen - (tag in _UNSEEN))
        if tag in _BLOCKS:
            self.words.append("\n")

    def handle_data(self, data):
        if not self.unseen:
            self.words.append(re.sub(r"\s+", " ", data))


def text_of_html(html: str) -> str:
    """What a person would read of it. Pictures, links' addresses and everything that acts are left out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.words)


_STOP = re.compile(
    r"\W*(?:please )?(?:stop|stop all|unsubscribe|opt ?-?out|remove me|leave me alone)\b(?:\s+\w+){0,5}\W*",
    re.IGNORECASE,
)


def asks_to_stop(text: str) -> bool:
    """Whether it says little else than "stop", as people answer texts: "STOP", "Please stop texting me"."""
    return _STOP.fullmatch(text.strip()) is not None


# Where what they answer begins, as the usual mail programs write it.
_QUOTED = (
    re.compile(r"^On\b.{4,200}\bwrote:$", re.IGNORECASE),
    re.compile(r"^-{2,}\s*Original (?:Message|Appointment)\s*-{2,}$", re.IGNORECASE),
    re.compile(r"^_{20,}$"),
)
_OUTLOOK = re.compile(r"^\*?(?:Sent|Date|To|Subject):", re.IGNORECASE)


def without_quotes(text: str) -> str:
    """What they wrote themselves; the whole where nothing would be left (a forwarded message, answers in between)."""
    lines = text.split("\n")
    end = next((number for number in range(len(lines)) if _quote_begins(lines, number)), len(lines))
    own = "\n".join(line for line in lines[:end] if not line.startswith(">")).strip()
    return re.sub(r"\n{3,}", "\n\n", own) or text


def _quote_begins(lines: list[str], number: int) -> bool:
    line = lines[number]
    if any(sign.match(line) for sign in _QUOTED):
        return True
    if line.startswith("On ") and number + 1 < len(lines):
        # Long names break the line in two.
        return bool(_QUOTED[0].match(f"{line} {lines[number + 1]}"))
    following = lines[number + 1 : number + 4]
    return line.lstrip("*").startswith("From:") and any(_OUTLOOK.match(one) for one in following)
