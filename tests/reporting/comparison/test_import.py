"""Published files come in whole or not at all, and what is wrong with one is said by row and column."""

import io
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from hub.errors import Refused
from reporting.comparison.layouts import year_ending
from reporting.comparison.models import Publication, PublishedFigure
from reporting.comparison.services import (
    SHIPPED,
    Faulty,
    Given,
    import_shipped,
    import_statistics,
    withdraw_publications,
)
from tests.conftest import moment

pytestmark = pytest.mark.django_db
PLACES = "gss_code,name,Years,la_foster_places,la_foster_places_filled\n"
GATESHEAD = "E08000037,Gateshead,2025,315,225\n"
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
OFSTED = DATA / "ofsted_fostering_recruitment_by_la_2018_19.csv"
DFE = DATA / "foster_places_by_authority_2022_2025.csv"
published_files_here = pytest.mark.skipif(not DATA.is_dir(), reason="the published files (../shared/data) are not here")


def bring(text: str | bytes, name: str = "places.csv", **said):
    content = text if isinstance(text, bytes) else text.encode()
    return import_statistics(content=content, file_name=name, given=Given(**said))


def value(measure: str, code: str = "E08000037", year: int = 2025):
    return PublishedFigure.objects.counting().get(measure=measure, area_code=code, year_ending=year).value


def faults(text: str) -> list[str]:
    with pytest.raises(Faulty) as refused:
        bring(text)
    assert not Publication.objects.exists() and not PublishedFigure.objects.exists()
    return [str(fault) for fault in refused.value.faults]


def refused(content: str | bytes) -> str:
    with pytest.raises(Refused) as problem:
        bring(content)
    assert not Publication.objects.exists()
    return str(problem.value)


def test_a_file_is_recognised_by_its_header_in_any_order_of_columns():
    done = bring(
        "Years,name,la_foster_places_filled,la_foster_places,gss_code,remark\n2025,Gateshead,225,315,E08000037,x\n"
    )
    assert (done.layout, done.figures, done.columns_not_read) == ("dfe-mainstream-places", 2, ["remark"])
    assert (value("places"), value("filled_places")) == (315, 225)


def test_numbers_come_as_publishers_write_them():
    bring(PLACES + 'E08000037,Gateshead,2025,"1,315",c\nE06000005,Darlington,2025,..,~\nE06000001,Hartlepool,2025,x,\n')
    assert value("places") == 1315
    marks = {f.area_name: f.marker for f in PublishedFigure.objects.filter(measure="filled_places")}
    assert marks == {"Gateshead": "c", "Darlington": "~", "Hartlepool": ""}
    assert PublishedFigure.objects.filter(value__isnull=True).count() == 5


def test_a_byte_order_mark_blank_lines_and_other_line_breaks_are_fine():
    assert bring("\ufeff" + (PLACES + "\n" + GATESHEAD).replace("\n", "\r\n")).figures == 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("E08000037,Gateshead,2025,-5,225", "row 2, la_foster_places: “-5” is less than 0"),
        ("E08000037,Gateshead,2025,many,225", "row 2, la_foster_places: “many” is not a number"),
        ("E08000037,Gateshead,2025,3.5,225", "row 2, la_foster_places: “3.5” is not a whole number"),
        ('E08000037,Gateshead,2025,"31,5",225', "row 2, la_foster_places: “31,5” is not a number"),
        ("E08000037,Gateshead,2025,٣١٥,225", "row 2, la_foster_places: “٣١٥” is not a number"),
        ("E08000037,Gateshead,last,315,225", "row 2, Years: “last” is not a year"),
        ("E08000037,Gateshead,2099,315,225", "row 2, Years: 2099 is not a year that there can be figures of"),
        ("E08000037,Gateshead,2025,315", "row 2, la_foster_places_filled: the row has 4 cells where the header has 5"),
        ("E08000037,Sunderland,2025,315,225", "row 2, name: “Sunderland” is not E08000037, which is Gateshead"),
    ],
)
def test_one_bad_cell_keeps_the_whole_file_out(row, said):
    found = faults(PLACES + row + "\nE06000005,Darlington,2025,115,65\n")
    assert len(found) == 1 and found[0].startswith(said)


def test_the_same_area_and_year_twice_is_refused_whatever_they_say():
    assert faults(PLACES + GATESHEAD + GATESHEAD) == ["row 3, gss_code: Gateshead and its year are in row 2 already"]


def test_every_fault_is_named_not_the_first_alone():
    assert len(faults(PLACES + "E08000037,Gateshead,2025,-1,x\nE06000005,Darlington,2025,a,b\n")) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        ((PLACES + GATESHEAD).encode("utf-16"), "UTF-16"),
        ((PLACES + "E08000037,G\u00e2teshead,2025,1,1\n").encode("cp1252"), "row 2 has a character that is not"),
        (b"<!DOCTYPE html><html></html>\n", "a web page"),
        (b"PK\x03\x04 and so on\n", "a workbook or a ZIP file"),
        (PLACES.replace(",la_foster_places_filled", "") + "a,b,c,d\n", "lacks the column “la_foster_places_filled”"),
        ("name,age\nGateshead,3\n", "not the header of any file that we know"),
        (PLACES + "E08000037,Gateshead,2025,315,22", "seems to be cut off"),
        (PLACES + '"E08000037,Gateshead,2025,315,225\n', "breaks off"),
        (PLACES, "no row about an area that we know"),
        (PLACES + "E99999999,Atlantis,2025,1,1\n", "“E99999999” is the code of no area that we know"),
        (PLACES.replace("Years", "name") + GATESHEAD, "there twice"),
    ],
)
def test_what_is_no_such_file_is_refused_with_what_it_is(content, said):
    assert said in refused(content)


def test_rows_about_nowhere_we_know_are_left_out_and_named():
    done = bring(PLACES + "E99999999,Atlantis,2025,1,1\n" + GATESHEAD)
    assert [str(fault) for fault in done.left_out] == [
        "row 2, gss_code: “E99999999” is the code of no area that we know"
    ]
    assert done.figures == 2


def test_the_same_file_again_changes_nothing():
    bring(PLACES + GATESHEAD)
    again = bring(PLACES + GATESHEAD, "another name.csv")
    assert (again.figures, len(again.there), Publication.objects.count()) == (0, 1, 1)
    assert "already; nothing was changed" in again.in_words


def test_a_file_published_later_counts_and_the_older_stays():
    bring(PLACES + GATESHEAD, published_on="2025-11-26")
    bring(PLACES + GATESHEAD.replace("315", "320"), published_on="2026-11-20")
    assert value("places") == 320
    assert Publication.objects.count() == 2 and PublishedFigure.objects.count() == 4


def test_an_older_publication_that_comes_in_later_does_not_count():
    bring(PLACES + GATESHEAD, published_on="2025-11-26")
    bring(PLACES + GATESHEAD.replace("315", "300"), published_on="2024-11-26")
    assert value("places") == 315


def test_what_a_newer_file_leaves_out_stays_as_it_was():
    bring(PLACES + GATESHEAD + "E06000005,Darlington,2025,115,65\n")
    bring(PLACES + GATESHEAD.replace("315", "320"))
    assert (value("places"), value("places", "E06000005")) == (320, 115)


def test_a_withdrawn_file_counts_no_longer_and_may_come_in_again():
    done = bring(PLACES + GATESHEAD)
    assert withdraw_publications(sha256=done.publications[0].sha256[:12], why="Of the wrong year") == 1
    assert not PublishedFigure.objects.counting().exists()
    assert bring(PLACES + GATESHEAD).figures == 2 and value("places") == 315


def test_what_was_imported_cannot_be_changed():
    publication = bring(PLACES + GATESHEAD).publications[0]
    for change in (
        lambda: Publication.objects.update(title="Another"),
        lambda: publication.delete(),
        lambda: PublishedFigure.objects.update(value=1),
        lambda: PublishedFigure.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_right_to_import_is_asked_for(worker, data_officer):
    with pytest.raises(PermissionDenied):
        import_statistics(content=b"", file_name="", by=worker)
    assert import_statistics(content=(PLACES + GATESHEAD).encode(), file_name="p.csv", by=data_officer).figures == 2


@pytest.mark.parametrize(
    ("text", "year"), [("2019", 2019), ("2018-19", 2019), ("2018/19", 2019), ("201819", 2019), ("2018-2019", 2019)]
)
def test_years_as_people_write_them(text, year):
    assert year_ending(text) == year


@pytest.mark.parametrize("text", ["", "19", "2018-20", "next", "2018-19-20", "٢٠١٩"])
def test_what_is_no_year(text):
    with pytest.raises(ValueError, match="year"):
        year_ending(text)


@pytest.mark.parametrize("name", ["Durham", "durham ", "County Durham"])
def test_councils_by_the_names_that_publishers_give_them(name):
    from reporting.comparison.areas import Areas

    assert Areas().by_name(name).code == "E06000047"


def test_a_councils_name_is_not_taken_for_its_region_nor_for_what_came_after_it():
    from reporting.comparison.areas import Areas

    areas = Areas()
    assert areas.by_name("London").code == "E12000007" and areas.by_name("City of London").code == "E09000001"
    assert areas.by_name("Bournemouth").code == "E06000028"
    assert areas.by_code("E08000020").code == "E08000037"


# --- the command ---


def run(*arguments, **options) -> str:
    out = io.StringIO()
    call_command("import_public_statistics", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def file(tmp_path):
    def write(text: str, name: str = "places.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return write


def test_the_command_says_in_one_line_what_it_did(file):
    path = file(PLACES + GATESHEAD)
    assert (
        run(path, "--dry-run").strip()
        == "places.csv (dfe-mainstream-places): 2 figures would be imported; nothing was written."
    )
    assert not Publication.objects.exists()
    assert run(path).strip() == "places.csv (dfe-mainstream-places): 2 figures imported."
    with time_machine.travel(moment("2027-01-05 10:00")):
        assert "nothing was changed" in run(path)


def test_the_command_fails_in_one_line_and_reports_rows(file, tmp_path):
    report = tmp_path / "report.csv"
    with pytest.raises(CommandError) as failed:
        run(file(PLACES + "E08000037,Gateshead,2025,-1,x\nE06000005,Darlington,2025,a,b\n"), report=report)
    assert str(failed.value) == (
        "places.csv: Nothing was imported: row 2, la_foster_places: “-1” is less than 0, and 1 more."
    )
    assert report.read_text().splitlines()[1:] == [
        "2,la_foster_places,“-1” is less than 0",
        "3,la_foster_places,“a” is not a number",
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"year": "soon"}, "is not a year"),
        ({"published": "soon"}, "is not a date"),
        ({"source": "javascript:alert(1)"}, "is not a web address"),
        ({"withdraw": "abc", "why": "Wrong"}, "first eight characters"),
        ({"withdraw": "0" * 64, "why": "Wrong"}, "No file"),
    ],
)
def test_what_is_said_beside_the_file_is_checked(file, options, said):
    with pytest.raises(CommandError, match=said):
        run(file(PLACES + GATESHEAD), **options)
    assert not Publication.objects.exists()


def test_a_file_that_is_not_there():
    with pytest.raises(CommandError, match="cannot be read"):
        run("/nowhere/at/all.csv")


OFSTED_HEADER = (
    "name,level,region,ofsted_urn,initial_enquiries,applications_received_in_year,apps_approved,"
    "apps_withdrawn_by_applicant,apps_withdrawn_by_service,apps_rejected_at_panel,apps_in_progress_31mar,"
    "households_approved,of_which_family_friends,households_deregistered,approved_households_31mar,"
    "approved_carers_31mar,approved_places,filled_places\n"
)
DARLINGTON = "Darlington,la,North East,SC043797,85,10,0,0,0,0,5,20,20,40,85,135,165,100\n"


def test_a_file_without_a_year_takes_it_from_its_name_or_from_who_imports(file):
    with pytest.raises(CommandError, match="--year 2018-19"):
        run(file(OFSTED_HEADER + DARLINGTON))
    assert "14 figures imported" in run(file(OFSTED_HEADER + DARLINGTON, "ofsted_2018_19.csv"))
    assert value("enquiries", "E06000005", 2019) == 85
    with pytest.raises(CommandError, match="says 2018-19, and you say another year"):
        run(file(OFSTED_HEADER + DARLINGTON, "ofsted_2018_19.csv"), year="2020")


def test_englands_total_is_that_of_agencies_too_and_councils_are_councils(file):
    run(file(OFSTED_HEADER + DARLINGTON.replace("Darlington", "England") + DARLINGTON), year="2018-19")
    assert set(PublishedFigure.objects.values_list("area_name", "covers")) == {
        ("England", "all"),
        ("Darlington", "councils"),
    }


# --- the files as they were published ---


@published_files_here
def test_ofsteds_file_as_it_was_published():
    out = run(OFSTED)
    assert "2,296 figures imported; 1 row left out" in out and "“London Tri-borough”" in out
    assert value("enquiries", "E12000001", 2019) == 1760
    assert value("applications", "E08000037", 2019) == 15
    assert value("enquiries", "E92000001", 2019) == 127850
    regions = PublishedFigure.objects.filter(measure="enquiries", area_code__startswith="E12")
    assert sum(figure.value for figure in regions) == 35960


@published_files_here
def test_the_dfes_file_as_it_was_published():
    assert "1,224 figures imported" in run(DFE)
    assert (value("places"), value("filled_places")) == (315, 235)


@published_files_here
@pytest.mark.parametrize("path", [OFSTED, DFE], ids=["ofsted", "dfe"])
@pytest.mark.parametrize("share", [0.31, 0.5, 0.77, 0.99])
def test_a_published_file_that_was_cut_off_brings_nothing(path, share, tmp_path):
    cut = tmp_path / path.name
    cut.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(CommandError):
        run(cut)
    assert not PublishedFigure.objects.exists()


def test_what_comes_with_the_product_has_a_source_and_a_licence():
    done = import_shipped()
    assert done.figures == len(SHIPPED.read_text().splitlines()) - 1
    assert all(publication.licence for publication in done.publications)
    assert all(p.source.startswith("https://") for p in done.publications if "Open Government" in p.licence)
    councils = PublishedFigure.objects.get(measure="conversion", covers="councils", year_ending=2023)
    assert (councils.value, councils.area_name) == (12, "England")
    assert import_shipped().figures == 0
