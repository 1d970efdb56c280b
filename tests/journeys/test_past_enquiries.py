"""A spreadsheet with mistakes, in a real browser: uploaded, looked at, mended, imported; and one without a council."""

import pytest
import time_machine
from playwright.sync_api import expect

from enquiries.models import Enquiry
from handover.imports.models import PastImport
from hub.models import NeighbourHub, User
from tests.conftest import moment
from tests.journeys.conftest import look_at
from tests.journeys.test_main_job import PASSWORD, follow, sign_in, until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEADER = "external_id,received_at,channel,first_name,last_name,email,postcode,Officer\n"
GOOD = "".join(f"P-{n},2026-0{n}-02,phone,Anna,Reay,anna{n}@example.org,NE8 1AA,Sue\n" for n in range(1, 6))
MISTAKES = (
    "P-6,32/01/2026,web,Tom,Bell,tom@example.org,NE8 1AA,Sue\n"
    "P-7,2026-02-02,pigeon,Tom,Bell,tom@example.org,NE8 1AA,Sue\n"
    "=P-8,2026-02-02,web,Tom,Bell,,,Sue\n"
    "P-1,2026-02-02,web,Anna,Reay,anna1@example.org,NE8 1AA,Sue\n"
)


@pytest.fixture
def manager(settings, directory) -> User:
    settings.HUB_DEMO = True
    return User.objects.create_user("moira@example.org", PASSWORD, name="Moira Telfer", role="hub_manager")


@pytest.mark.parametrize(("width", "script"), [(390, True), (1280, True), (320, False)])
def test_a_spreadsheet_with_mistakes(visitor, manager, celery_worker_thread, tmp_path, width, script):
    page = visitor(width, script=script)
    seen = look_at if script else lambda *_: None  # axe is itself a script
    sign_in(page, manager) if script else sign_in_plainly(page, manager)
    page.goto("/hub/imports/")
    seen(page, "imports-none")
    upload(page, tmp_path / "past.xlsx", b"PK\x03\x04 a workbook")
    expect(page.get_by_role("alert")).to_contain_text("Save it as “CSV UTF-8”")
    seen(page, "imports-wrong")
    upload(page, tmp_path / "past.csv", (HEADER + GOOD + MISTAKES).encode())
    until(lambda: PastImport.objects.get().state == "checked")
    # The page looks again by itself, with a script or without.
    expect(page.get_by_role("heading", level=1)).to_contain_text("This is what would come of it", timeout=15_000)
    expect(page.get_by_role("main")).to_contain_text("is not a date that the calendar has")
    expect(page.get_by_role("main")).to_contain_text("Officer")
    seen(page, "import-checked")
    assert not Enquiry.objects.exists()
    page.get_by_role("button", name="Import 5 enquiries").dblclick()
    until(lambda: PastImport.objects.get().state == "done")
    expect(page.get_by_role("main")).to_contain_text("Imported by Moira Telfer", timeout=15_000)
    seen(page, "import-done")
    assert Enquiry.objects.count() == 5
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the whole report").click()
    report = download.value.path().read_text(encoding="utf-8-sig")
    assert report.splitlines()[0] == "row,external_id,column,value,reason" and "'=P-8" in report
    follow(page, page.get_by_role("link", name="Back to all files"))
    seen(page, "imports")


def sign_in_plainly(page, user) -> None:
    page.goto("/accounts/login/")
    page.locator("#id_login").fill(user.email)
    page.locator("#id_password").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Sign in", exact=True))


def upload(page, path, content: bytes) -> None:
    path.write_bytes(content)
    page.get_by_label("Choose a CSV file").set_input_files(path)
    follow(page, page.get_by_role("button", name="Upload and check"))


@pytest.mark.parametrize("width", [390, 1280])
def test_one_without_a_council(visitor, manager, authorities, width):
    """A letter from Leeds: added, marked, put aside, referred to the hub of where they live."""
    NeighbourHub.objects.create(name="Foster in Yorkshire").authorities.add(authorities["Leeds"])
    with time_machine.travel(moment("2026-09-02 10:00")):
        page = visitor(width)
        sign_in(page, manager)
        follow(page, page.get_by_role("link", name="Add an enquiry from paper"))
        look_at(page, "paper")
        follow(page, page.get_by_role("button", name="Add the enquiry"))
        look_at(page, "paper-wrong")
        page.get_by_label("Letter or form on paper").check()
        for part, value in (("day", "2"), ("month", "9"), ("year", "2026")):
            page.locator(f"#id_received_on_{part}").fill(value)
        page.get_by_label("First name", exact=True).fill("Ada")
        page.locator("#id_email").fill("ada@example.org")
        page.get_by_label("Postcode").fill("LS1 1AA")
        page.get_by_label("By email").check()
        page.get_by_label("They said yes").check()
        follow(page, page.get_by_role("button", name="Add the enquiry"))
        expect(page.get_by_role("main")).to_contain_text("That is the region of Foster in Yorkshire")
        look_at(page, "without-council")
        enquiry = page.url
        follow(page, page.get_by_role("button", name="Find the council again"))
        expect(page.get_by_role("main")).to_contain_text("Nothing has changed")
        look_at(page, "found-again")
        follow(page, page.get_by_role("link", name="A council that must not know"))
        page.get_by_label("Leeds").check()
        page.get_by_label("Why").fill("Her sister works there")
        look_at(page, "must-not-know")
        follow(page, page.get_by_role("button", name="Save"))
        expect(page.get_by_role("main")).to_contain_text("Leeds must not get to know of them")
        look_at(page, "marked")
        follow(page, page.get_by_role("button", name="Put aside"))
        look_at(page, "put-aside")
        for part, value in (("day", "20"), ("month", "9"), ("year", "2026")):
            page.locator(f"#id_until_{part}").fill(value)
        page.get_by_label("What you are waiting for").fill("They are moving to Gateshead")
        follow(page, page.get_by_role("button", name="Put aside"))
        expect(page.get_by_role("main")).to_contain_text("Put aside until 20 September 2026")
        look_at(page, "aside")
        page.goto("/hub/?queue=parked")
        expect(page.get_by_role("main")).to_contain_text("Ada")
        look_at(page, "today-aside")
        page.goto("/hub/neighbour-hubs/")
        look_at(page, "other-hubs")
        follow(page, page.get_by_role("link", name="Change Foster in Yorkshire"))
        page.get_by_label("Telephone").fill("01632 960555")
        look_at(page, "other-hub")
        follow(page, page.get_by_role("button", name="Save"))
        page.goto(enquiry)
        follow(page, page.get_by_role("button", name="Refer them to Foster in Yorkshire"))
        look_at(page, "refer")
        follow(page, page.get_by_role("button", name="Continue"))
        expect(page.get_by_role("main")).to_contain_text("01632 960555")
        look_at(page, "refer-check")
        follow(page, page.get_by_role("button", name="Send, and close the enquiry"))
        expect(page.get_by_role("main")).to_contain_text("Lives outside the region")
        look_at(page, "referred")
        page.goto("/hub/routing/")
        look_at(page, "routing")
