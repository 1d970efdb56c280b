"""Which area a published row is about: by GSS code, or by any of the names that publishers give it."""

import re
from dataclasses import dataclass
from functools import cache

from hub.models import Authority
from hub.places.england import AUTHORITIES
from reporting.comparison.models import PublishedFigure

Kind = PublishedFigure.Kind
ENGLAND = "E92000001"
REGIONS = {
    "E12000001": "North East",
    "E12000002": "North West",
    "E12000003": "Yorkshire and The Humber",
    "E12000004": "East Midlands",
    "E12000005": "West Midlands",
    "E12000006": "East of England",
    "E12000007": "London",
    "E12000008": "South East",
    "E12000009": "South West",
    "E13000001": "Inner London",
    "E13000002": "Outer London",
}
# Councils that are no more keep their own figures: what came after them is larger.
_ENDED = {
    "E10000006": "Cumbria",
    "E10000021": "Northamptonshire",
    "E06000028": "Bournemouth",
    "E06000029": "Poole",
    "E10000009": "Dorset until 2019",
    "E10000023": "North Yorkshire until 2023",
}
# The same council under the code that it had before.
_RENUMBERED = {
    "E08000020": "E08000037",  # Gateshead
    "E06000048": "E06000057",  # Northumberland
    "E08000016": "E08000038",  # Barnsley
    "E08000019": "E08000039",  # Sheffield
}
# Names in published files that are neither the ONS's nor that without its title.
_ALSO = {
    "Durham": "E06000047",
    "Bedford Borough": "E06000055",
    "Bournemouth, Christchurch & Poole": "E06000058",
}
_TITLE_AFTER = re.compile(r" (city|county) of$")


@dataclass(frozen=True)
class Area:
    code: str
    name: str
    kind: str


class UnknownArea(Exception):
    """A row about no area that is known here; its text says which."""


class Areas:
    """England's areas with children's services, and the authorities that this hub itself has set up."""

    def __init__(self) -> None:
        own = {authority.gss_code: authority.name for authority in Authority.objects.all()}
        authorities = {code: name for code, (name, _) in AUTHORITIES.items()} | _ENDED | own
        self._by_code = {code: Area(code, name, Kind.AUTHORITY) for code, name in authorities.items()}
        self._by_code |= {code: Area(code, name, Kind.REGION) for code, name in REGIONS.items()}
        self._by_code[ENGLAND] = Area(ENGLAND, "England", Kind.ENGLAND)
        self._by_name = {_plain(area.name): area for area in self._by_code.values()}
        self._by_name |= {_plain(name): self._by_code[code] for name, code in _ALSO.items()}

    def by_code(self, code: str) -> Area:
        code = code.upper()
        try:
            return self._by_code[_RENUMBERED.get(code, code)]
        except KeyError:
            raise UnknownArea(f"“{code}” is the code of no area that we know") from None

    def by_name(self, name: str) -> Area:
        try:
            return self._by_name[_plain(name)]
        except KeyError:
            raise UnknownArea(f"“{name}” is the name of no area that we know") from None

    def named_otherwise(self, area: Area, name: str) -> bool:
        """Whether the name is that of another area than the code beside it."""
        return self._by_name.get(_plain(name), area).code != area.code


@cache
def _plain(name: str) -> str:
    """Hull is Kingston upon Hull, City of; St Helens is St. Helens; and in any case."""
    name = name.casefold().replace("&", " and ").replace(".", "")
    name = " ".join(re.sub(r"[-,’']", " ", name).split())
    return _TITLE_AFTER.sub("", name)
