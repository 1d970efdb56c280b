"""The templates as managers see and edit them."""

import pytest
from django.urls import reverse

from enquiries.letters.services import publish_template, template_of
from enquiries.models import MessageTemplate, SafeContact
from hub.models import AccessLog

CODE = "information_pack"


@pytest.fixture
def pages(sign_in, manager):
    return sign_in(manager)


def words(client, name="message_template_edit", *args, **changes) -> dict:
    form = client.get(reverse(name, args=args)).context["form"]
    return {key: form[key].value() for key in form.fields if form[key].value() not in (None, False)} | changes


def edit(client, **changes):
    data = words(client, "message_template_edit", CODE, **{"why": "Kinder", **changes})
    return client.post(reverse("message_template_edit", args=[CODE]), data)


def test_the_list_is_under_settings(pages):
    assert reverse("message_templates") in pages.get(reverse("hub_settings")).content.decode()
    html = pages.get(reverse("message_templates")).content.decode()
    assert "Information pack" in html and "Closing letter" in html and "Comes with" not in html


def test_it_is_shown_as_an_invented_household_reads_it(pages):
    html = pages.get(reverse("message_template", args=[CODE])).content.decode()
    assert "Hello Amina and Tom," in html and "{{" not in html
    text = pages.get(reverse("message_template", args=["tried_to_ring_text"])).content.decode()
    assert "text message" in text and "characters" in text


def test_it_is_shown_as_a_real_household_would_read_it_and_that_is_noted(pages, enquiry):
    address = reverse("message_template", args=[CODE])
    html = pages.get(address, {"reference": enquiry.reference.lower()}).content.decode()
    assert enquiry.reference in html
    assert AccessLog.objects.filter(action="message_preview", reference=enquiry.reference).exists()
    SafeContact.objects.update(by_email=False)
    html = pages.get(address, {"reference": enquiry.reference}).content.decode()
    assert "It could not be sent" in html and "not to email" in html
    assert "There is no enquiry with this reference" in pages.get(address, {"reference": "nobody"}).content.decode()
    visit = pages.get(reverse("message_template", args=["visit_confirmed"]), {"reference": enquiry.reference})
    assert "We do not have what this message needs" in visit.content.decode()


def test_an_administrator_sees_templates_and_nobodys_record(sign_in, enquiry):
    from tests.factories import someone

    client = sign_in(someone("administrator"))
    html = client.get(reverse("message_template", args=[CODE]), {"reference": enquiry.reference}).content.decode()
    assert "There is no enquiry with this reference" not in html or enquiry.names not in html
    assert enquiry.applicants.first().last_name not in html


def test_a_change_is_a_new_version_and_the_old_one_stays(pages, manager):
    assert edit(pages, body="Hello {{first_name}}, new words").status_code == 302
    latest = template_of(CODE)
    assert (latest.version, latest.body, latest.made_by) == (2, "Hello {{first_name}}, new words", manager)
    html = pages.get(reverse("message_template", args=[CODE])).content.decode()
    assert "What changed since the version before" in html and "Kinder" in html
    old = pages.get(reverse("message_template_version", args=[CODE, 1])).content.decode()
    assert "Not in use" in old and "Here is what people most often ask" in old
    assert pages.get(reverse("message_template_version", args=[CODE, 9])).status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"body": "Hello {{frist_name}}"}, "There is no placeholder {{frist_name}}. Did you mean {{first_name}}?"),
        ({"subject": "For {{names}}"}, "{{names}} says something about them: take it out of the subject"),
        ({"body": "x" * 10_000}, "5,000 characters at most; this has 10,000"),
        ({"subject": ""}, "Enter a subject"),
        ({"why": ""}, "Enter what changed, and why"),
        ({"body": ""}, "Enter what it says"),
    ],
)
def test_bad_input_is_shown_again_and_nothing_is_published(pages, changes, said):
    answer = edit(pages, **changes)
    html = answer.content.decode()
    assert answer.status_code == 200 and said in html
    assert not MessageTemplate.objects.exists()


def test_checking_publishes_nothing(pages):
    html = edit(pages, body="Dear {{first_name}}!", check="1").content.decode()
    assert "Dear Amina!" in html and not MessageTemplate.objects.exists()


def test_two_who_edit_at_once_lose_nothing(pages, manager):
    data = words(pages, "message_template_edit", CODE, why="Mine", body="Mine")
    publish_template(
        by=manager, code=CODE, after=1, channel="email", name="Pack", subject="S", body="Theirs", why="Theirs"
    )
    answer = pages.post(reverse("message_template_edit", args=[CODE]), data)
    assert "Somebody has published another version meanwhile" in answer.content.decode()
    assert "Mine" in answer.content.decode() and template_of(CODE).body == "Theirs"


def test_a_new_template(pages):
    data = {"after": 0, "name": "Summer fair", "channel": "text", "purpose": "keep_in_touch", "offered": "on",
            "body": "{{greeting}} come to our fair! {{events_page}}", "why": "New"}  # fmt: skip
    answer = pages.post(reverse("message_template_new"), data)
    assert answer.status_code == 302
    made = MessageTemplate.objects.get()
    assert (made.code, made.version, made.channel, made.subject) == ("summer_fair", 1, "text", "")
    again = pages.post(reverse("message_template_new"), data).content.decode()
    assert "There is a template of this name already" in again
    assert (
        "Enter a name with letters"
        in pages.post(reverse("message_template_new"), {**data, "name": "!!"}).content.decode()
    )


def test_who_may_edit(sign_in, worker, gateshead_worker, data_officer, client):
    edit_page, list_page = reverse("message_template_edit", args=[CODE]), reverse("message_templates")
    assert client.get(edit_page).status_code == 302
    assert sign_in(data_officer).get(list_page).status_code == 200
    for person in (worker, gateshead_worker, data_officer):
        assert sign_in(person).get(edit_page).status_code == 403
        assert sign_in(person).post(reverse("message_template_new"), {}).status_code == 403


def test_an_unknown_template_and_another_method(pages):
    assert pages.get(reverse("message_template", args=["no-such-one"])).status_code == 404
    assert pages.get(reverse("message_template_edit", args=["no-such-one"])).status_code == 404
    assert pages.post(reverse("message_templates")).status_code == 405
    assert pages.delete(reverse("message_template_new")).status_code == 405
