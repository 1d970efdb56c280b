"""What can be set is in one place, for whoever may set it."""

import pytest
from django.urls import reverse

from hub.navigation import SETTING_GROUPS, SETTINGS
from tests.factories import someone


def test_each_setting_is_in_a_group_and_its_page_asks_for_a_right_that_its_readers_hold(hub, sign_in):
    assert {setting.group for setting in SETTINGS} <= set(SETTING_GROUPS)
    client = sign_in(someone("hub_manager"))
    html = client.get(reverse("hub_settings")).content.decode()
    for setting in SETTINGS:
        assert setting.text in html and setting.about in html
        assert client.get(setting.href).status_code == 200, setting.url_name


@pytest.mark.parametrize(
    ("role", "theirs"),
    [
        ("hub_manager", {setting.url_name for setting in SETTINGS}),
        ("data_officer", {"councils_figures", "past_imports"}),
        ("administrator", {"api_tokens", "people"}),
    ],
)
def test_everybody_sees_what_they_may_set(role, theirs, hub, sign_in):
    html = sign_in(someone(role)).get(reverse("hub_settings")).content.decode()
    listed = html.partition("hub-own-list")[2]
    assert {setting.url_name for setting in SETTINGS if f'href="{setting.href}"' in listed} == theirs


def test_a_worker_has_nothing_to_set_and_it_is_not_posted_to(hub, sign_in):
    assert sign_in(someone("hub_worker")).get(reverse("hub_settings")).status_code == 403
    assert sign_in(someone("hub_manager")).post(reverse("hub_settings")).status_code == 405
