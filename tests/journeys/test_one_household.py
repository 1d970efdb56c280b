"""Two enquiries of one household in a real browser: found in the list, compared, merged, and parted again."""

import pytest
from playwright.sync_api import expect

from enquiries.intake.services import Person
from enquiries.models import Enquiry
from hub.models import User
from tests.factories import make_enquiry
from tests.journeys.conftest import look_at
from tests.journeys.enquirer import follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a long enough password"


@pytest.mark.parametrize("width", [320, 1280])
def test_merge_and_undo(visitor, settings, directory, width):
    settings.HUB_DEMO = True
    User.objects.create_user("ruth@example.org", PASSWORD, name="Ruth Adeyemi", role="hub_worker")
    first = make_enquiry("in_touch", applicants=[Person("Beth", "Ellis", "beth@example.org", "+447700900200")])
    second = make_enquiry(
        applicants=[Person("Beth", "Kirk", "beth@example.org", "+447700900200"), Person("Tom", "Kirk")], source=""
    )
    page = visitor(width)
    page.goto("/accounts/login/?next=/hub/duplicates/")
    page.locator("#id_login").fill("ruth@example.org")
    page.locator("#id_password").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Sign in", exact=True))
    page.wait_for_url("**/hub/duplicates/")
    look_at(page, "duplicates")

    follow(page, page.get_by_role("link", name=f"Compare {first.reference} and {second.reference}"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Are these the same household?")
    look_at(page, "duplicates-compare")

    follow(page, page.get_by_role("button", name="Merge the two"))
    expect(page.get_by_text(f"{second.reference} is merged into this enquiry")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Beth Ellis and Tom Kirk")
    look_at(page, "duplicates-merged")

    page.goto(f"/hub/enquiries/{second.reference}/")
    expect(page.get_by_text(f"Merged into {first.reference}")).to_be_visible()
    look_at(page, "duplicates-absorbed")

    follow(page, page.get_by_role("button", name="Undo the merge"))
    expect(page.get_by_text("They are two enquiries again.")).to_be_visible()
    look_at(page, "duplicates-parted")
    assert Enquiry.objects.get(pk=second.pk).merged_into is None

    page.goto(f"/hub/enquiries/{first.reference}/same-as/{second.reference}/")
    follow(page, page.get_by_role("button", name="Not the same household"))
    expect(page.get_by_text("It will not be suggested again")).to_be_visible()
    page.goto("/hub/duplicates/")
    look_at(page, "duplicates-none")
    expect(page.get_by_text("No two enquiries look like one household")).to_be_visible()
    page.goto(f"/hub/enquiries/{first.reference}/same-as/")
    look_at(page, "duplicates-which")
