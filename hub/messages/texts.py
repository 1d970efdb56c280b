"""How long a text message is: telephones count in their own alphabet, and in parts."""

from dataclasses import dataclass

# GSM 03.38, the alphabet of text messages; the signs of the second line take two places.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWO = frozenset("^{}\\[~]|€\f")
LONGEST_TEXT = 918  # six parts, which is what GOV.UK Notify takes
_MOST_PARTS = 6
# What word processors make of plain signs: written as people typed them, they cost nothing.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})


@dataclass(frozen=True)
class TextSize:
    alphabet: str  # "GSM-7", or "UCS-2" where one sign is not in it: an emoji, say
    characters: int
    parts: int
    odd: tuple[str, ...]  # the signs that are not in GSM-7

    @property
    def fits(self) -> bool:
        return self.parts <= _MOST_PARTS

    def __str__(self) -> str:
        return f"{self.characters} characters, {self.parts} text message{'' if self.parts == 1 else 's'}"


def plain_signs(text: str) -> str:
    """The text with curly quotes and long dashes as a telephone's alphabet has them."""
    return text.translate(_PLAIN)


def size_of(text: str) -> TextSize:
    """How many characters, as telephones count them, and how many parts it is sent (and paid for) in."""
    odd = tuple(dict.fromkeys(sign for sign in text if sign not in _GSM and sign not in _GSM_TWO))
    if odd:
        units = len(text.encode("utf-16-le", "replace")) // 2
        return TextSize("UCS-2", units, _parts(units, 70, 67), odd)
    units = len(text) + sum(sign in _GSM_TWO for sign in text)
    return TextSize("GSM-7", units, _parts(units, 160, 153), ())


def _parts(units: int, alone: int, of_several: int) -> int:
    return 1 if units <= alone else -(-units // of_several)
