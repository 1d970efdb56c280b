"""Campaigns as staff see and change them."""

import xml.etree.ElementTree as ET
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image
from qrcode.main import QRCode

from enquiries.campaigns.qr import CAPTION, MARGIN, PIXELS, as_png, as_svg
from enquiries.campaigns.services import change_campaign, create_campaign
from enquiries.models import Campaign, Enquiry, SteppedAside
from enquiries.services import record_activity
from hub.audit import AccessLog
from hub.errors import Refused
from tests.conftest import moment

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Foster Care Fortnight", "code": "fortnight", "channel": "print",
    "starts_on_day": "1", "starts_on_month": "5", "starts_on_year": "2026",
    "ends_on_day": "31", "ends_on_month": "5", "ends_on_year": "2026",
    "target": "40", "spend": "£1,200.50", "telephone": "01632 960500", "lands_on": "/could-i-foster/",
}  # fmt: skip
NASTY = [
    "", "x" * 300, "x" * 10_000, "\0", "a\0b", "\x1b[0m", "\u202e", "😀" * 50, "=1+1", "'; DROP TABLE x;--", "-1",
    "1e999", "NaN",
]  # fmt: skip


@pytest.fixture
def campaign(manager):
    return create_campaign(
        by=manager, code="Fortnight", name="Foster Care Fortnight", channel="print", starts_on="2026-05-01",
        target=4, spend=Decimal("300"), telephone="+441632960500", lands_on="/could-i-foster/",
    )  # fmt: skip


# --- what each brought ---


@pytest.fixture
def came(campaign, make_enquiry, worker):
    """By the campaign: one new, one that applied, one approved, a test, and one merged away; and one by another."""
    survivor = make_enquiry(campaign="FORTNIGHT")
    make_enquiry("application", campaign="fortnight")
    make_enquiry("approved", campaign="Fortnight")
    a_test = make_enquiry(campaign="Fortnight")
    record_activity(enquiry=a_test, kind="closed", by=worker, reason="test")
    merged = make_enquiry(campaign="Fortnight")
    Enquiry.objects.filter(pk=merged.pk).update(merged_into=survivor)
    make_enquiry(campaign="other-code")
    make_enquiry(campaign="Two words")
    make_enquiry()
    return survivor


def test_the_list_shows_what_each_brought_and_what_it_cost(sign_in, worker, came):
    page = " ".join(sign_in(worker).get(reverse("campaigns")).content.decode().split())
    row = page.partition("Foster Care Fortnight</a>")[2].partition("</tr>")[0]
    assert [words in row for words in ("3 of 4", ">2<", ">1<", "£300", "£100")] == [True] * 5
    unknown = page.partition("nobody has set up")[2]
    assert "other-code" in unknown and "Two words" in unknown and "Set it up" not in unknown


def test_who_may_manage_is_led_to_set_up_an_unknown_code(sign_in, manager, came):
    client = sign_in(manager)
    page = client.get(reverse("campaigns")).content.decode()
    assert "/hub/new-campaign/?code=other-code" in page and "code=Two" not in page
    assert 'value="other-code"' in client.get("/hub/new-campaign/?code=other-code").content.decode()


def test_one_campaign(sign_in, worker, came):
    answer = sign_in(worker).get("/hub/campaigns/FORTNIGHT/")
    page = " ".join(answer.content.decode().split())
    for words in ["75% of the 4 hoped for", "£150", "£300", "01632 960500",
                  "testserver/go/Fortnight", "Runs since 1 May 2026", "By month in which people asked"]:  # fmt: skip
        assert words in page, words
    assert page.count("/hub/enquiries/") == 3
    assert came.names in page
    assert AccessLog.objects.filter(user=worker, action="campaign_enquiries", reference="Fortnight").count() == 1


def test_a_campaign_that_brought_nobody(sign_in, worker, campaign):
    page = sign_in(worker).get(reverse("campaign", args=[campaign.code])).content.decode()
    assert "Nobody has come by it yet" in page and "–" in page
    assert not AccessLog.objects.filter(action="campaign_enquiries").exists()


def test_no_campaign_yet(sign_in, worker):
    assert "No campaign is set up yet" in sign_in(worker).get(reverse("campaigns")).content.decode()


def test_who_went_no_further_is_counted_by_reason(sign_in, worker, campaign):
    assert "Who went no further" not in sign_in(worker).get(reverse("campaigns")).content.decode()
    with time_machine.travel(moment("2026-11-20 10:00"), tick=False):
        for on, why, code in (
            ("2026-11-02", "no_spare_room", "FORTNIGHT"), ("2026-10-31", "no_spare_room", ""),
            ("2025-11-21", "no_spare_room", ""), ("2025-11-20", "no_spare_room", ""), ("2026-11-20", "not_yet", ""),
        ):  # fmt: skip
            SteppedAside.objects.create(on=on, why=why, campaign=code)
        client = sign_in(worker)
        stopped = client.get(reverse("campaigns")).context["stopped"]
        assert stopped == [
            {"why": "No spare room", "year": 3, "this_month": 1}, {"why": "Not yet", "year": 1, "this_month": 1}
        ]  # fmt: skip
        of_one = client.get(reverse("campaign", args=["fortnight"]))
        assert of_one.context["stopped"] == [{"why": "No spare room", "year": 1, "this_month": 1}]
        assert "came by this campaign" in of_one.content.decode()


@pytest.mark.parametrize("page", ["", "0", "2", "99999999999999999999", "x", "\0", "-1", "😀"])
def test_any_page_number(sign_in, worker, came, page):
    client = sign_in(worker)
    assert client.get(reverse("campaigns"), {"page": page}).status_code == 200
    assert client.get(reverse("campaign", args=["fortnight"]), {"page": page}).status_code == 200


def test_the_pages_take_a_constant_number_of_queries(
    sign_in, worker, manager, came, make_enquiry, django_assert_max_num_queries
):
    client = sign_in(worker)

    def queries(address: str) -> int:
        client.get(address)
        with django_assert_max_num_queries(20) as asked:
            client.get(address)
            return len(asked)

    addresses = [reverse("campaigns"), reverse("campaign", args=["Fortnight"])]
    before = [queries(address) for address in addresses]
    for number in range(4):
        create_campaign(by=manager, code=f"more-{number}", name="More", channel="other", starts_on="2026-05-01")
        make_enquiry(campaign="Fortnight")
        make_enquiry(campaign=f"more-{number}")
    assert [queries(address) for address in addresses] == before


@pytest.mark.parametrize(
    ("starts", "ends", "says"),
    [
        ("2026-11-21", None, "Starts 21 November 2026"),
        ("2026-11-20", None, "Runs since 20 November 2026"),
        ("2026-11-01", "2026-11-20", "Runs until 20 November 2026"),
        ("2026-11-01", "2026-11-19", "Ended 19 November 2026"),
    ],
)
def test_when_in_words(manager, starts, ends, says):
    made = create_campaign(by=manager, code="x", name="x", channel="other", starts_on=starts, ends_on=ends)
    made.refresh_from_db()
    with time_machine.travel(moment("2026-11-20 23:30"), tick=False):
        assert made.when_in_words == says


# --- setting up and changing ---


def test_setting_up(sign_in, manager):
    answer = sign_in(manager).post(reverse("campaign_new"), TYPED)
    assert answer["Location"] == "/hub/campaigns/fortnight/"
    made = Campaign.objects.get()
    assert (made.spend, made.telephone, made.target, made.lands_on) == (
        Decimal("1200.50"), "+441632960500", 40, "/could-i-foster/",
    )  # fmt: skip
    assert made.created_by == manager and str(made.ends_on) == "2026-05-31"


def test_changing_keeps_the_code(sign_in, manager, campaign):
    address = reverse("campaign_edit", args=["fortnight"])
    assert 'value="Foster Care Fortnight"' in sign_in(manager).get(address).content.decode()
    sign_in(manager).post(address, {**TYPED, "name": "A fortnight", "code": "changed", "ends_on_year": "2027"})
    campaign.refresh_from_db()
    assert (campaign.code, campaign.name, str(campaign.ends_on)) == ("Fortnight", "A fortnight", "2027-05-31")


@pytest.mark.parametrize("field", TYPED)
@pytest.mark.parametrize("value", NASTY)
def test_whatever_is_typed_gets_an_answer(sign_in, manager, campaign, field, value):
    typed = {**TYPED, "code": "another", "telephone": "", field: value}
    for address in (reverse("campaign_new"), reverse("campaign_edit", args=["Fortnight"])):
        answer = sign_in(manager).post(address, typed)
        assert answer.status_code in (200, 302), field
        if answer.status_code == 200:
            assert "There is a problem" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "Enter a name"),
        ({"code": "with space"}, "Code must only include letters"),
        ({"code": "FORTNIGHT"}, "already a campaign with the code"),
        ({"code": "new", "telephone": "01632 960 500"}, "Another campaign has this telephone number"),
        ({"code": "new", "telephone": "0191 498 0100"}, "the hub’s own number"),
        ({"ends_on_year": "2025"}, "Last day must be the same as or after the first day"),
        ({"lands_on": "//evil.example"}, "There is a problem"),
        ({"lands_on": "https://evil.example/"}, "There is a problem"),
        ({"channel": ""}, "Select where people meet it"),
    ],
)
def test_what_cannot_be_is_said_beside_what_was_typed(sign_in, manager, campaign, changes, says):
    typed = {**TYPED, "telephone": "", **changes}
    page = sign_in(manager).post(reverse("campaign_new"), typed).content.decode()
    assert says in page and "There is a problem" in page
    assert Campaign.objects.count() == 1


def test_only_who_may_manage(worker, campaign):
    for write in (
        lambda: create_campaign(by=worker, code="x", name="x", channel="other", starts_on="2026-05-01"),
        lambda: change_campaign(campaign=campaign, by=worker, name="x"),
    ):
        with pytest.raises(Refused):
            write()


@pytest.mark.parametrize(
    ("who", "sees", "manages"),
    [("worker", 200, 403), ("manager", 200, 200), ("data_officer", 200, 200), ("cluster_lead", 403, 403),
     ("gateshead_worker", 403, 403)],
)  # fmt: skip
def test_who_may_open_what(request, sign_in, campaign, who, sees, manages):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(reverse("campaigns")).status_code == sees
    assert client.get(reverse("campaign", args=["fortnight"])).status_code == sees
    assert client.get(reverse("campaign_qr", args=["fortnight", "svg"])).status_code == sees
    assert client.get(reverse("campaign_new")).status_code == manages
    assert client.get(reverse("campaign_edit", args=["fortnight"])).status_code == manages
    assert ("Campaigns</a>" in client.get("/", follow=True).content.decode()) is False


def test_wrong_method_and_unknown_code(sign_in, manager, campaign):
    client = sign_in(manager)
    assert client.post(reverse("campaigns")).status_code == 405
    assert client.post(reverse("campaign", args=["fortnight"])).status_code == 405
    assert client.get(reverse("campaign", args=["nobody"])).status_code == 404
    assert client.get(reverse("campaign_edit", args=["nobody"])).status_code == 404
    assert client.get(reverse("campaign_qr", args=["fortnight", "exe"])).status_code == 404


@pytest.mark.parametrize("code", NASTY)
def test_any_code_to_begin_with(sign_in, manager, code):
    assert sign_in(manager).get(reverse("campaign_new"), {"code": code}).status_code == 200


# --- the database ---


@pytest.mark.parametrize(
    "address", ["//evil.example/", "/\\evil.example", "https://evil.example/", "", "/ /evil", "/\t/evil"]
)
def test_no_campaign_leads_to_another_site(campaign, address):
    with pytest.raises(IntegrityError, match="campaign_lands_on_a_page_of_ours"), transaction.atomic():
        Campaign.objects.update(lands_on=address)


# --- QR codes ---


@pytest.mark.parametrize("link", ["https://foster.example.org/go/fortnight/", f"https://x.example/go/{'y' * 60}/"])
def test_both_pictures_are_the_code_with_the_link_beneath(link):
    code = QRCode(error_correction=3, border=MARGIN)
    code.add_data(link)
    wanted = code.get_matrix()
    size = len(wanted)
    picture = Image.open(BytesIO(as_png(link)))
    assert picture.size == (size * PIXELS, (size + CAPTION) * PIXELS)
    middle = PIXELS // 2
    drawn = [
        [not picture.getpixel((x * PIXELS + middle, y * PIXELS + middle)) for x in range(size)] for y in range(size)
    ]
    assert drawn == wanted
    beneath = picture.crop((0, (size - 1) * PIXELS, size * PIXELS, (size + CAPTION) * PIXELS))
    assert beneath.getextrema()[0] < 128  # something is written
    assert all(beneath.getpixel((x, y)) > 128 for x in (0, size * PIXELS - 1) for y in range(beneath.height))
    svg = ET.fromstring(as_svg(link))
    assert svg.find("{*}text").text == link.removeprefix("https://").rstrip("/")
    squares = svg.findall("{*}path")[1].get("d")
    assert squares.count("M") == sum(map(sum, wanted))


def test_taking_the_pictures_away(sign_in, worker, campaign):
    client = sign_in(worker)
    for form, media_type in (("svg", "image/svg+xml"), ("png", "image/png")):
        address = reverse("campaign_qr", args=["fortnight", form])
        shown, taken = client.get(address), client.get(f"{address}?download")
        assert shown["Content-Type"] == media_type and not shown.has_header("Content-Disposition")
        assert taken["Content-Disposition"] == f'attachment; filename="Fortnight-qr.{form}"'
