"""A feed as CSV, in pieces: whatever its length, memory holds one of them."""

import csv
import datetime
import hashlib
import io
import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db import connection
from psycopg import sql

from reporting.feeds.database import reading_feeds, statements
from reporting.feeds.feeds import ROWS, Column, Feed
from reporting.layout import HIDDEN
from reporting.suppression import suppress_together

PIECE = 64 * 1024
MEASURES = "measures"
MEASURES_ABOUT = (
    "One row for each figure of each month’s return, by council and by breakdown: of the latest that was signed, or "
    "else of the draft."
)
# Random names for what has none yet; whoever asks at the same time makes none twice.
_NAME = (
    """INSERT INTO reporting_householdid (enquiry_id, feed_id) SELECT kept.id, gen_random_uuid()
    FROM reporting_household AS kept
    WHERE NOT EXISTS (SELECT FROM reporting_householdid AS named WHERE named.enquiry_id = kept.id)
    ON CONFLICT DO NOTHING""",
    """INSERT INTO reporting_referralid (sent_fact_id, feed_id) SELECT kept.id, gen_random_uuid()
    FROM reporting_referral AS kept
    WHERE NOT EXISTS (SELECT FROM reporting_referralid AS named WHERE named.sent_fact_id = kept.id)
    ON CONFLICT DO NOTHING""",
)
# What changes whenever a feed may have: a note about every fact, change and erasure; what is yet to be read again; the
# campaigns; the returns.
_STATE = """
    SELECT
        (SELECT last_value FROM reporting_changed_id_seq), (SELECT count(*) FROM reporting_changed),
        (SELECT count(*) FROM reporting_householdid), (SELECT count(*) FROM reporting_referralid),
        (SELECT array_agg(code ORDER BY id) FROM enquiries_campaign),
        (SELECT array_agg(id::text || drafted_at || status ORDER BY id) FROM reporting_return)
"""
MEASURE_COLUMNS: tuple[Column, ...] = tuple(
    Column(name, type_, about, "")
    for name, type_, about in (
        ("month", "date", "The month of the return"),
        ("code", "text", "The measure, like M02"),
        ("basis", "text", "Which of several lines of that code; empty: the only one"),
        ("breakdown", "text", "What it is broken down by; empty: the measure itself"),
        ("key", "text", "The value of the breakdown"),
        ("authority", "text", "GSS code, “total” or “unallocated”"),
        ("value", "number", "The figure; empty: no cases, not supplied, or hidden"),
        ("numerator", "integer", "Of a percentage"),
        ("denominator", "integer", "Of a percentage"),
        ("hidden", "boolean", "Whether it is a small number, or would give one away, and so not shown"),
        ("unit", "text", "What is counted"),
        ("status", "text", "“signed” or “draft”"),
        ("version", "integer", "Of the return: 2 and more restate it"),
        ("as_at", "timestamp", "As at which moment it was reckoned"),
        ("definition", "text", "By which definition of the measures"),
    )
)
FEEDS: dict[str, tuple[Column, ...]] = {
    **{feed.name: tuple(feed.columns) for feed in ROWS},
    MEASURES: MEASURE_COLUMNS,
}


def give_names() -> None:
    """Let everything that a feed shows have its random name; with the hub's rights, before the feed is read."""
    with connection.cursor() as cursor:
        for statement in _NAME:
            cursor.execute(statement)


def state_of(name: str, *, since: datetime.date | None, complete: bool) -> str:
    """A mark that differs whenever the feed may: for `ETag`. Asked for before the feed is read, so that what changes
    meanwhile is fetched once more rather than never."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        state = cursor.fetchone()
    said = repr((name, since, complete, state, statements()[f"feed_{name}"]))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def rows_of(feed: Feed, *, since: datetime.date | None = None) -> Iterator[bytes]:
    """The feed's rows from that month on, in the order of their random names: the order in which they were written
    would tell what the names do not."""
    shown = [sql.SQL("{}::text").format(sql.Identifier(column.name)) for column in feed.columns]
    names = [sql.Identifier(column.name) for column in feed.columns]
    month = sql.Identifier(feed.month)
    kept = sql.SQL("WHERE {} >= {}").format(month, sql.Literal(since)) if since else sql.SQL("")
    statement = sql.SQL(
        "COPY (SELECT {shown} FROM (SELECT * FROM {view} {kept} ORDER BY {order}) AS of ({names}))"
        " TO STDOUT (FORMAT csv, ENCODING 'UTF8')"
    ).format(
        shown=sql.SQL(", ").join(shown),
        names=sql.SQL(", ").join(names),
        view=sql.Identifier(feed.view),
        kept=kept,
        order=sql.SQL(", ").join(names),
    )
    yield _line(column.name for column in feed.columns)
    with reading_feeds(), connection.cursor() as cursor, cursor.copy(statement.as_string(cursor.cursor)) as copy:
        piece = bytearray()
        for part in copy:
            piece += part
            if len(piece) >= PIECE:
                yield bytes(piece)
                piece.clear()
        yield bytes(piece)


def measures_of(*, since: datetime.date | None = None, complete: bool) -> Iterator[bytes]:
    """The figures of each month's return from that month on; small numbers hidden unless `complete`.

    What is hidden is decided over whole financial years, whatever is asked for.
    """
    yield _line(column.name for column in MEASURE_COLUMNS)
    for _, months in groupby(_months(), key=lambda month: financial_year(month)):
        with reading_feeds():
            returns = {row["month"]: row for row in map(_return_of, months)}
        documents = {str(month): {"lines": row["lines"]} for month, row in returns.items()}
        if not complete:
            documents = suppress_together(documents, _periods(list(returns)))
        for month, row in returns.items():
            if since is None or month >= since:
                yield b"".join(_line(cells) for cells in _flat(documents[str(month)], month, row))


def financial_year(month: datetime.date) -> int:
    """The year in which it begins, in April."""
    return month.year if month.month >= 4 else month.year - 1


def _months() -> list[datetime.date]:
    with reading_feeds(), connection.cursor() as cursor:
        cursor.execute("SELECT month FROM feed_measures ORDER BY month")
        return [month for (month,) in cursor.fetchall()]


def _return_of(month: datetime.date) -> dict[str, Any]:
    names = ("month", "version", "status", "as_at", "definition", "lines")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM feed_measures WHERE month = %s", [month])
        row = dict(zip(names, cursor.fetchone(), strict=True))
    return {**row, "lines": json.loads(row["lines"])}


def _periods(months: list[datetime.date]) -> dict[str, list[str]]:
    """Quarters and the year of these months of one financial year: pages show them."""
    found: dict[str, list[str]] = {"year": [str(month) for month in months]}
    for month in months:
        found.setdefault(f"quarter {(month.month - 4) % 12 // 3 + 1}", []).append(str(month))
    return {name: parts for name, parts in found.items() if len(parts) > 1}


def _flat(document: dict, month: datetime.date, row: dict[str, Any]) -> Iterator[list[Any]]:
    known = [row["status"], row["version"], row["as_at"].isoformat(), row["definition"]]
    for line in document["lines"]:
        for key, cells in line.get("values", {"": line}).items():
            head = [month, line["code"], line.get("basis", ""), line.get("breakdown", ""), key]
            for area, cell in _cells(cells):
                hidden = cell["value"] == HIDDEN
                value = None if hidden else cell["value"]
                figures = [value, cell.get("numerator"), cell.get("denominator")]
                yield [*head, area, *figures, str(hidden).lower(), line["unit"], *known]


def _cells(row: dict) -> Iterator[tuple[str, dict]]:
    total = {"value": row["total"], "numerator": row.get("numerator"), "denominator": row.get("denominator")}
    for area, cell in (("total", total), *row["authorities"].items(), ("unallocated", row["unallocated"])):
        yield area, cell if isinstance(cell, dict) else {"value": cell}


def _line(cells) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue().encode()
