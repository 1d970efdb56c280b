"""Our figures beside the published ones: each with its year, its source and what limits it."""

import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from reporting.comparison.models import Publication
from reporting.comparison.services import import_shipped, import_statistics
from tests.conftest import moment

pytestmark = pytest.mark.django_db
PAGE = "/reports/comparison/"
PLACES = "gss_code,name,Years,la_foster_places,la_foster_places_filled\n"


@pytest.fixture(autouse=True)
def in_october():
    with time_machine.travel(moment("2026-10-05 10:00"), tick=False):
        yield


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


@pytest.fixture
def enquiries(make_enquiry):
    for day in range(1, 8):
        make_enquiry("application" if day == 1 else "new", received_at=moment(f"2026-09-{day:02} 10:00"))


def test_without_published_figures_it_says_what_to_do(sign_in, manager, authorities):
    assert "Load the figures that come with the product" in text_of(sign_in(manager).get(PAGE))
    assert sign_in(manager).post(PAGE + "files/load/").status_code == 302
    assert Publication.objects.exists()
    assert "Applications for every 100 enquiries" in text_of(sign_in(manager).get(PAGE))


def test_who_may_not_import_is_told_who_can(sign_in, cluster_lead, authorities):
    shown = text_of(sign_in(cluster_lead).get(PAGE))
    assert "A data officer or a manager can load them" in shown and "Load the figures" not in shown


def test_enquiries_of_a_council_stand_beside_what_was_published(sign_in, manager, enquiries):
    import_shipped()
    shown = text_of(sign_in(manager).get(PAGE, {"topic": "enquiries", "period": "2026-09"}))
    assert "Gateshead 145 7" in shown
    assert "Newcastle upon Tyne 305 0" in shown
    assert "Our councils together 485 7" in shown  # Sunderland's 35 among them
    assert "North East, councils 1,760 –" in shown
    assert "England, councils 35,960 –" in shown and "England, with agencies 127,850 –" in shown
    assert "Our councils together: 485 enquiries in 2018-19; through the hub 7" in shown
    assert "Rounded to the nearest 5" in shown and "Open Government Licence v3.0" in shown


def test_a_conversion_from_rounded_numbers_says_how_sure_it_is(sign_in, manager, authorities):
    import_shipped()
    shown = text_of(sign_in(manager).get(PAGE, {"topic": "conversion"}))
    assert "Gateshead 10.3% 15 of 145; 8.5 to 12.3%" in shown
    assert "Published numbers are rounded" in shown


def test_as_many_applications_as_enquiries_is_no_conversion(sign_in, manager, authorities):
    import_shipped()
    shown = text_of(sign_in(manager).get(PAGE, {"topic": "conversion"}))
    assert "Sunderland cannot be worked out 35 of 35" in shown
    assert "Sunderland: no fewer applications than enquiries were published" in shown
    assert "Our councils together (published: 2 of 3)" in shown


def test_the_yardsticks_are_rows_with_their_source(sign_in, manager, authorities):
    import_shipped()
    page = sign_in(manager).get(PAGE).content.decode()
    assert "England, councils" in page and "12%" in page and "23.1%" in page
    assert "fostering-in-england-1-april-2022-to-31-march-2023" in page
    assert page.count('role="img"') >= 2 and "style=" not in page.split("<main")[1]


def test_approvals_are_compared_without_family_and_friends(sign_in, manager, authorities):
    import_shipped()
    assert "North East, councils 140 600 less 460" in text_of(sign_in(manager).get(PAGE, {"topic": "approvals"}))


def test_small_numbers_of_ours_are_hidden_from_a_cluster_lead(sign_in, cluster_lead, make_enquiry):
    import_shipped()
    for _ in range(3):
        make_enquiry(received_at=moment("2026-02-03 10:00"))
    shown = text_of(sign_in(cluster_lead).get(PAGE, {"topic": "enquiries", "period": "2025-26"}))
    assert "Gateshead 145 c" in shown and "“c” stands for a small number" in shown
    assert "through the hub c" in shown


def test_who_may_not_see_small_numbers_is_offered_years_that_are_over(sign_in, cluster_lead, make_enquiry):
    make_enquiry(received_at=moment("2025-02-03 10:00"))
    import_shipped()
    page = sign_in(cluster_lead).get(PAGE, {"period": "2026-09"}).content.decode()
    offered = re.findall(r'<option value="([^"]*)"', page.split('name="period"')[1].split("</select>")[0])
    assert offered == ["2025-26", "2024-25"]
    assert "April 2025 to March 2026" in page and "September 2026" not in page


def test_a_year_without_a_figure_is_a_gap(sign_in, manager, authorities):
    import_shipped()
    shown = text_of(sign_in(manager).get(PAGE, {"topic": "enquiries"}))
    assert "2019-20 not published" in shown
    assert "rose by 7%, from 117,335 to 125,195, 2017-18 to 2022-23" in shown


@pytest.mark.parametrize(
    "asked", [{"topic": "x", "period": "y", "year": "z"}, {"period": "1900-01"}, {"year": "\u0661"}]
)
def test_what_is_asked_wrongly_shows_the_usual_page(sign_in, manager, authorities, asked):
    import_shipped()
    assert sign_in(manager).get(PAGE, asked).status_code == 200


def test_a_new_fact_is_in_the_figures_after_five_minutes(sign_in, manager, make_enquiry):
    import_shipped()
    asked = {"topic": "enquiries", "period": "2026-09"}
    make_enquiry(received_at=moment("2026-09-01 10:00"))
    assert "Gateshead 145 1" in text_of(sign_in(manager).get(PAGE, asked))
    make_enquiry(received_at=moment("2026-09-02 10:00"))
    with time_machine.travel(moment("2026-10-05 10:05"), tick=False):
        assert "Gateshead 145 2" in text_of(sign_in(manager).get(PAGE, asked))


def test_the_cost_does_not_grow_with_councils_and_years(sign_in, manager, authorities, django_assert_max_num_queries):
    import_shipped()
    client = sign_in(manager)
    client.get(PAGE)
    with django_assert_max_num_queries(25):
        client.get(PAGE, {"topic": "enquiries"})


def test_a_file_can_be_uploaded(sign_in, data_officer, authorities):
    file = SimpleUploadedFile("places.csv", (PLACES + "E08000037,Gateshead,2025,315,225\n").encode())
    answer = sign_in(data_officer).post(PAGE + "files/new/", {"file": file}, follow=True)
    assert "2 figures imported." in text_of(answer)
    assert Publication.objects.get().imported_by == data_officer


def test_a_broken_upload_shows_its_rows(sign_in, data_officer, authorities):
    file = SimpleUploadedFile("places.csv", (PLACES + "E08000037,Gateshead,2025,-1,x\n").encode())
    shown = text_of(sign_in(data_officer).post(PAGE + "files/new/", {"file": file}))
    assert "2 la_foster_places “-1” is less than 0" in shown
    assert not Publication.objects.exists()


def test_a_worker_may_look_and_not_import(sign_in, worker, authorities):
    import_shipped()
    client = sign_in(worker)
    assert client.get(PAGE + "files/").status_code == 200
    assert client.get(PAGE + "files/new/").status_code == 403
    assert client.post(PAGE + "files/load/").status_code == 403


def test_a_series_is_read_from_its_newest_file(sign_in, manager, authorities):
    import_shipped()
    newer = (PLACES + "E08000037,Gateshead,2025,320,230\n").encode()
    import_statistics(content=newer, file_name="places.csv")
    shown = text_of(sign_in(manager).get(PAGE, {"topic": "places", "year": "2025"}))
    assert "Gateshead 320 230 filled, 72%" in shown
    assert "Newcastle upon Tyne 385" in shown
