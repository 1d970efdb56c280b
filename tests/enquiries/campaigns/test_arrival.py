"""How a visit began, and the campaign that its signs point to."""

import pytest
from django.urls import reverse

from enquiries.campaigns.arrival import ARRIVAL, campaign_of
from enquiries.intake.origins import Came
from enquiries.models import Campaign, Enquiry, Origin

pytestmark = pytest.mark.django_db

NASTY = [
    "x" * 10_000, "\0", "a\0b", "\x1b[31m\r\nSet-Cookie: a=b",
    "\u202eevil\u200f", "😀" * 400, "=1+1", "'; DROP TABLE x;--",
    "<script>alert(1)</script>", " \t ", "\ud800".encode("utf-8", "surrogatepass"), b"\xff\xfe",
]  # fmt: skip


@pytest.fixture
def fortnight(hub):
    return Campaign.objects.create(
        code="Fortnight-26", name="Foster Care Fortnight", channel="print", starts_on="2026-05-01",
        telephone="+441632960500", lands_on="/could-i-foster/",
    )  # fmt: skip


def remembered(client) -> dict:
    return client.session.get(ARRIVAL, {})


def test_the_first_page_of_a_visit_is_remembered(client, hub):
    client.get(
        "/could-i-foster/?utm_source=facebook&utm_medium=paid&utm_campaign=spring&utm_term=a&utm_content=b&fbclid=9",
        headers={"referer": "https://www.Example.com/somebody/private?q=1"},
    )
    assert remembered(client) == {
        "utm_source": "facebook", "utm_medium": "paid", "utm_campaign": "spring", "utm_term": "a", "utm_content": "b",
        "referrer": "example.com", "landed_on": "/could-i-foster/",
    }  # fmt: skip


def test_later_pages_do_not_replace_the_first(client, hub):
    client.get("/", headers={"referer": "https://search.example.com/"})
    client.get("/contact/?utm_campaign=later", headers={"referer": "https://other.example.com/"})
    client.get("/enquire/?utm_campaign=later")
    client.get("/go/later/")
    assert remembered(client) == {"referrer": "search.example.com", "landed_on": "/"}


@pytest.mark.parametrize(
    "referrer",
    ["", "http://testserver/contact/", "http://www.testserver:8000/", "https://[broken", "about:blank", "x", "\0",
     "android-app://com.example/", "https:///", "javascript:alert(1)"],
)  # fmt: skip
def test_who_brings_no_sign_gets_no_cookie(client, hub, referrer):
    for name in ("home", "contact", "enquire", "privacy", "public_events"):
        answer = client.get(reverse(name), headers={"referer": referrer})
        assert not answer.cookies, name
    assert remembered(client) == {}


def test_a_session_that_remembers_nothing_takes_the_first_sign(client, hub):
    client.get("/")
    client.get("/?utm_campaign=spring")
    assert remembered(client) == {"utm_campaign": "spring", "landed_on": "/"}


def test_only_reading_is_an_arrival(client, hub):
    client.head("/?utm_campaign=spring")
    client.post("/?utm_campaign=spring")
    assert remembered(client) == {}


@pytest.mark.parametrize("name", [f.name for f in Origin._meta.get_fields() if f.name.startswith("utm_")])
@pytest.mark.parametrize("value", NASTY)
def test_any_text_is_taken_and_kept_as_one_visible_line(client, hub, name, value):
    assert client.get("/", {name: value}).status_code == 200
    for text in remembered(client).values():
        assert len(text) <= 100 and text.isprintable() and text == text.strip()


@pytest.mark.parametrize("value", [v for v in NASTY if isinstance(v, str)])
def test_any_referrer_is_taken(client, hub, value):
    for referrer in (value, f"https://{value}/", f"https://example.com:{value}/"):
        assert client.get("/", headers={"referer": referrer}).status_code == 200
    assert all(len(text) <= 100 and text.isprintable() for text in remembered(client).values())


@pytest.mark.parametrize(
    ("came", "code"),
    [
        (Came(utm_campaign="FORTNIGHT-26"), "Fortnight-26"),
        (Came(utm_campaign="nobody set it up"), "nobody set it up"),
        (Came(landed_on="/go/fortnight-26/"), "Fortnight-26"),
        (Came(landed_on="/go/unknown/"), ""),
        (Came(landed_on="/go/unknown/", dialled="+441632960500"), ""),
        (Came(utm_campaign="other", landed_on="/go/fortnight-26/"), "other"),
        (Came(dialled="+441632960500"), "Fortnight-26"),
        (Came(dialled="+441632960501"), ""),
        (Came(referrer="example.com", landed_on="/"), ""),
        (Came(), ""),
    ],
)
def test_the_campaign_that_the_signs_point_to(fortnight, came, code):
    assert campaign_of(came) == code


def test_campaigns_without_a_number_are_nobodys(fortnight):
    Campaign.objects.create(code="quiet", name="Quiet", channel="other", starts_on="2026-05-01")
    assert campaign_of(Came(dialled="")) == ""


def test_the_short_link_leads_to_the_campaigns_page(client, fortnight):
    answer = client.get("/go/FORTNIGHT-26/", headers={"referer": "https://example.com/"})
    assert (answer.status_code, answer["Location"]) == (302, "/could-i-foster/")
    assert remembered(client) == {"referrer": "example.com", "landed_on": "/go/FORTNIGHT-26/"}
    assert client.get("/go/fortnight-26").status_code == 301  # printed without the stroke at its end
    assert client.post("/go/fortnight-26/").status_code == 405


@pytest.mark.parametrize(
    "code", ["unknown", "x" * 3000, "%00", "a%00b", "😀", "%E2%80%AE", "https:%5C%5Cevil.example", "'--"]
)
def test_an_unknown_code_leads_home(client, hub, code):
    answer = client.get(f"/go/{code}/")
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_first_click_to_enquiry(visitor, fortnight):
    visitor.client.get("/go/fortnight-26/")
    visitor.client.get("/?utm_campaign=later")
    visitor.fill().send()
    enquiry = Enquiry.objects.get()
    assert enquiry.campaign == "Fortnight-26" and enquiry.source == "word_of_mouth"
    origin = Origin.objects.get()
    assert (origin.landed_on, origin.utm_campaign, origin.heard) == ("/go/fortnight-26/", "", "word_of_mouth")
