"""One imported row with an empty date of another system, the year 1, or a slip of the pen must not cost any page."""

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from enquiries.models import Enquiry
from handover.models import Handover
from reporting.months import months_to_report
from tests.conftest import moment

pytestmark = pytest.mark.django_db
HEADER = (
    "external_id,received_at,email,postcode,first_conversation_at,handover_sent_at,handover_answer,handover_answered_at"
)


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel(moment("2026-11-20 10:00"), tick=False):
        yield


@pytest.fixture(params=["01/01/0001", "1900-01-01", "0206-03-01"])
def imported(request, tmp_path, directory):
    """Rows of that date: bare, with the council in our days, and all of it then."""
    old, file = request.param, tmp_path / "old.csv"
    rows = [
        f"A,{old},a@example.org,NE8 1AA,,,,",
        f"B,{old},b@example.org,NE8 1AA,2026-10-01,2026-10-05,accepted,2026-10-06",
        f"C,{old},c@example.org,NE8 1AA,{old},{old},,",
    ]
    file.write_text("\n".join([HEADER, *rows]))
    call_command("import_enquiries", str(file))
    assert Enquiry.objects.count() == 3
    return list(Enquiry.objects.all())


def test_every_page_of_the_hub_still_opens(imported, sign_in, manager):
    client = sign_in(manager)
    addresses = ["/hub/", "/hub/?queue=all", "/reports/", "/reports/returns/", "/reports/returns/2026-10/"]
    addresses += [reverse("enquiry", args=[enquiry.reference]) for enquiry in imported]
    assert client.post("/reports/returns/2026-10/draft/").status_code == 302
    for address in addresses:
        assert client.get(address).status_code == 200, address


def test_the_councils_pages_too(imported, sign_in, gateshead_worker):
    client = sign_in(gateshead_worker)
    assert client.get("/portal/").status_code == 200
    for handover in Handover.objects.all():
        assert client.get(reverse("referral", args=[handover.reference])).status_code == 200


def test_months_begin_with_the_hub_and_are_no_more_than_ten_years(imported, authorities, gateshead):
    assert str(months_to_report()[-1]) == "September 2023"
    gateshead.memberships.update(starts_on=moment("1990-01-01 00:00").date())
    assert len(months_to_report()) == 120
