"""The worked example of the measures: a set of past enquiries and the return that must follow from it, to the cell."""

import csv
import datetime
import functools
import io
import json
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command

from enquiries.models import Enquiry
from hub.models import Postcode
from hub.places.england import authority_of
from hub.places.postcodes import package_rows
from hub.places.services import set_up_hub
from hub.working_time import LONDON
from reporting.measures import Period
from reporting.returns import build_quarterly_return, build_return

DATA = Path(__file__).parents[3] / "shared" / "data"
EXAMPLE = DATA / "worked_example.csv"

pytestmark = pytest.mark.skipif(not EXAMPLE.exists(), reason="the worked example is not beside this checkout")


def read(name: str) -> list[dict]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def region(db):
    """The twelve authorities of the North East, members since 2023, and the example's postcodes."""
    codes = [row["gss_code"] for row in read("hub_members.csv") if row["hub"] == "Foster with North East"]
    set_up_hub(name="Foster with North East", members=codes, since=datetime.date(2023, 9, 1))
    Postcode.objects.bulk_create(Postcode(postcode=postcode, authority_code=code) for postcode, code in postcodes())


@functools.cache
def postcodes() -> list[tuple[str, str]]:
    wanted = {"".join(row["postcode"].split()) for row in read(EXAMPLE.name)}
    areas = "".join({postcode[0] for postcode in wanted if postcode})
    return [
        (postcode, authority_of(code) or code)
        for postcode, code, _easting, _northing in package_rows(areas)
        if postcode in wanted
    ]


@pytest.fixture
def example(region):
    with time_machine.travel(datetime.datetime(2026, 11, 20, 8, tzinfo=LONDON), tick=False):
        call_command("import_enquiries", str(EXAMPLE), stdout=io.StringIO())
    assert Enquiry.objects.count() == len(read(EXAMPLE.name))


def test_the_monthly_return_follows_from_the_example_to_the_cell(example):
    expected = json.loads((DATA / "worked_example_2026-09.json").read_text())
    as_at = datetime.datetime.fromisoformat(expected["as_at"])
    document = build_return(Period.month("2026-09"), as_at)
    assert document.keys() == expected.keys()
    for line, wanted in zip(document["lines"], expected["lines"], strict=True):
        assert line == wanted
    assert document == expected


def test_the_quarterly_return_too(example):
    expected = json.loads((DATA / "worked_example_2026-Q2.json").read_text())
    as_at = datetime.datetime.fromisoformat(expected["as_at"])
    document = build_quarterly_return(Period.quarter("2026-Q2"), as_at)
    for line, wanted in zip(document["lines"], expected["lines"], strict=True):
        assert line == wanted
    assert document == expected
