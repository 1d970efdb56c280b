from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from hub.models import Postcode, PostcodeDirectory
from hub.places import postcodes
from hub.places.directory import authority_code_of

ONSPD_2024 = """pcd,pcd2,pcds,dointr,doterm,oscty,oslaua,oseast1m,osnrth1m,ctry
"NE8 1AA","NE8  1AA","NE8 1AA","198001","","E99999999","E08000037","425000","563000","E92000001"
"NE1 8QH","NE1  8QH","NE1 8QH","198001","","E99999999","E08000021","","","E92000001"
"NE9 9ZZ","NE9  9ZZ","NE9 9ZZ","198001","200112","E99999999","E08000037","425001","563001","E92000001"
"CF101AA","CF10 1AA","CF10 1AA","198001","","W99999999","W06000015","318000","176000","W92000004"
"""
NSPL_2025 = """pcd,pcd2,pcds,dointr,doterm,usertype,oseast1m,osnrth1m,oa21,cty,laua
NE8 1AA,NE8  1AA,NE8 1AA,198001,,0,425000,563000,E0,E99999999,E08000037
NE1 8QH,NE1  8QH,NE1 8QH,198001,,0,,,E0,E99999999,E08000021
"""
ONSPD_2026 = """PCD7,PCD8,PCDS,DOINTR,DOTERM,EAST1M,NORTH1M,OA21CD,CTY26CD,LAD26CD,CTRY26CD
NE8 1AA,NE8  1AA,NE8 1AA,198001,,425000,563000,E0,E99999999,E08000037,E92000001
NE1 8QH,NE1  8QH,NE1 8QH,198001,,,,E0,E99999999,E08000021,E92000001
"""


def load(tmp_path, text, *arguments, name="ONSPD_NOV_2024_UK.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    out = StringIO()
    call_command("import_postcodes", str(path), *arguments, stdout=out)
    return out.getvalue()


def contents():
    return list(Postcode.objects.order_by("pk").values_list("postcode", "authority_code", "easting", "northing"))


@pytest.mark.parametrize(
    ("text", "name", "vintage"),
    [
        (ONSPD_2024, "ONSPD_NOV_2024_UK.csv", "ONSPD November 2024"),
        (NSPL_2025, "NSPL21_MAY_2025_UK.csv", "NSPL May 2025"),
        (ONSPD_2026, "postcodes.csv", "postcodes"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_every_vintage_gives_the_live_english_postcodes(db, tmp_path, text, name, vintage, encoding):
    said = load(tmp_path, text, name=name, encoding=encoding)
    assert contents() == [("NE18QH", "E08000021", None, None), ("NE81AA", "E08000037", 425000, 563000)]
    directory = PostcodeDirectory.objects.get()
    assert (directory.vintage, directory.postcodes, directory.areas) == (vintage, 2, "")
    assert said == f"2 English postcodes of {vintage}.\n"
    assert authority_code_of("ne8 1aa") == "E08000037"


def test_a_district_or_former_code_gives_its_authority_and_a_new_one_is_named(db, tmp_path):
    said = load(
        tmp_path,
        "pcds,laua\nNE8 1AA,E08000020\nHP20 1AA,E07000004\nGU1 1AA,E06000099\nAB1 0AA,S12000033\nXX,E08000037\n",
    )
    assert [row[:2] for row in contents()] == [
        ("GU11AA", "E06000099"), ("HP201AA", "E06000060"), ("NE81AA", "E08000037"),
    ]  # fmt: skip
    assert "does not know: E06000099" in said


def test_a_full_load_replaces_what_was_there(db, tmp_path):
    load(tmp_path, "pcds,laua\nNE8 1AA,E08000021\nSR1 1AA,E08000024\n")
    load(tmp_path, ONSPD_2024)
    assert [row[:2] for row in contents()] == [("NE18QH", "E08000021"), ("NE81AA", "E08000037")]


def test_some_areas_leave_the_rest_alone(db, tmp_path):
    load(tmp_path, "pcds,laua\nNE8 1AA,E08000021\nNE9 1AA,E08000021\nSR1 1AA,E08000024\n", "--areas", "n, s")
    assert PostcodeDirectory.objects.latest().areas == "NS"
    load(tmp_path, "pcds,laua\nNE8 1AA,E08000037\nSR2 1AA,E08000024\n", "--areas", "N", name="NSPL_AUG_2025_UK.csv")
    assert [row[:2] for row in contents()] == [("NE81AA", "E08000037"), ("SR11AA", "E08000024")]
    directory = PostcodeDirectory.objects.latest()
    assert (directory.vintage, directory.areas) == ("N: NSPL August 2025; else ONSPD November 2024", "NS")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"external_id,received_at\n1,2\n", "not an ONSPD or NSPL file"),
        (b"", "not an ONSPD or NSPL file"),
        (b"pcds,laua\nCF10 1AA,W06000015\n", "No English postcode"),
        (b"pcds,laua\nNE8 1AA,\xff\n", "cannot be read"),
        (b"PK\x03\x04\xff\xfe", "cannot be read"),
    ],
)
def test_a_wrong_file_changes_nothing(db, tmp_path, raw, says):
    load(tmp_path, ONSPD_2024)
    before = contents()
    path = tmp_path / "wrong.csv"
    path.write_bytes(raw)
    with pytest.raises(CommandError, match=says) as refusal:
        call_command("import_postcodes", str(path))
    assert "\n" not in str(refusal.value)
    assert contents() == before and PostcodeDirectory.objects.count() == 1


def test_a_file_that_is_not_there(db, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_postcodes", str(tmp_path / "none.csv"))


def test_a_fault_in_the_middle_leaves_the_old_directory(db, tmp_path):
    load(tmp_path, ONSPD_2024)
    before = contents()

    def broken():
        yield ("NE11AA", "E08000021", None, None)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk"):
        postcodes.load_postcodes(rows=broken(), vintage="broken")
    assert contents() == before


def test_the_package_ships_real_postcodes():
    postcode, code, easting, northing = next(postcodes.package_rows("U"))
    assert (postcode[:2], code[:3]) == ("UB", "E09")
    assert 500000 < easting < 520000 and 170000 < northing < 190000
    assert postcodes.package_vintage().startswith("ONSPD ")


@pytest.mark.django_db(transaction=True)
def test_readers_find_the_old_directory_until_the_new_one_is_whole(tmp_path, monkeypatch):
    load(tmp_path, "pcds,laua\nNE8 1AA,E08000021\nSR1 1AA,E08000024\n")
    settings = connection.get_connection_params()
    names = ("dbname", "host", "port", "user", "password")
    reader = psycopg.connect(**{name: settings[name] for name in names if settings.get(name)}, autocommit=True)
    seen = []
    describe = postcodes._described

    def look_before_the_commit(*arguments):
        seen.append(reader.execute("SELECT postcode, authority_code FROM hub_postcode ORDER BY 1").fetchall())
        return describe(*arguments)

    monkeypatch.setattr(postcodes, "_described", look_before_the_commit)
    with reader:
        load(tmp_path, ONSPD_2024)
    assert seen == [[("NE81AA", "E08000021"), ("SR11AA", "E08000024")]]
    assert [row[:2] for row in contents()] == [("NE18QH", "E08000021"), ("NE81AA", "E08000037")]
