"""A second person confirms a draft or sends it back, and only then somebody else signs."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import IntegrityError, ProgrammingError
from django.urls import reverse

from hub.errors import Refused
from reporting.measures import Period
from reporting.models import Return, Review
from reporting.returns import drafting, narrative, reviewing, signing
from tests.conftest import moment
from tests.factories import someone
from tests.reporting.returns.kit import SEPTEMBER, confirm

pytestmark = pytest.mark.django_db


def test_nobody_signs_what_nobody_has_reviewed(draft, manager):
    with pytest.raises(Refused, match="Somebody else must review"):
        signing.sign_return(ret=draft, by=manager, reviewed=draft.fingerprint)


def test_nobody_signs_on_their_own_review(draft, manager):
    confirm(draft, manager)
    with pytest.raises(Refused, match="Somebody else must review"):
        signing.sign_return(ret=draft, by=manager, reviewed=draft.fingerprint)


def test_a_manager_who_reviewed_it_signs_once_another_has_too(draft, manager, data_officer):
    confirm(draft, data_officer)
    confirm(draft, manager)
    ret = signing.sign_return(ret=draft, by=manager, reviewed=draft.fingerprint)
    assert (ret.reviewed_by, ret.reviewed_as) == (data_officer, "Owen Data")


def test_the_signed_document_says_who_reviewed_it(signed):
    assert signed.document["reviewed"] == {"at": "2026-10-05T10:00:00+01:00", "by": "Owen Data"}


def test_the_database_refuses_a_signer_who_reviewed(reviewed, manager):
    signature = {"status": "signed", "signed_at": moment("2026-10-05 10:00"), "signed_by": manager, "sha256": "x"}
    for reviewer in ({}, {"reviewed_at": moment("2026-10-05 09:00"), "reviewed_by": manager}):
        with pytest.raises(IntegrityError, match="return_reviewed_by_a_second_person"), transaction.atomic():
            Return.objects.update(**signature, **reviewer)


def test_what_was_signed_before_reviews_were_asked_for_stays(draft, manager):
    Return.objects.update(
        status="signed", signed_at=moment("2026-10-05 10:00"), signed_by=manager, sha256="x", needs_review=False
    )
    assert Return.objects.get().is_signed


@pytest.mark.parametrize("change", ["narrative", "figures"])
def test_any_change_afterwards_voids_the_review(reviewed, manager, in_october, change):
    in_october.shift(60)
    if change == "figures":
        drafting.draft_return(period=SEPTEMBER, by=manager)
    else:
        narrative.save_narrative(
            ret=reviewed, by=manager, seen=reviewed.narrative_mark, progress="New", risks="", communications=""
        )
    ret = Return.objects.get()
    assert reviewing.review_to_sign_on(ret) is None
    with pytest.raises(Refused, match="Somebody else must review"):
        signing.sign_return(ret=ret, by=manager, reviewed=ret.fingerprint)


def test_what_changed_while_it_was_read_is_not_reviewed(draft, data_officer, manager):
    seen = draft.fingerprint
    narrative.save_narrative(
        ret=draft, by=manager, seen=draft.narrative_mark, progress="New", risks="", communications=""
    )
    with pytest.raises(Refused, match="changed while you were reading"):
        reviewing.review_return(ret=draft, by=data_officer, seen=seen, verdict="confirmed")


def test_sent_back_it_cannot_be_signed_and_says_why(reviewed, manager):
    other = someone("hub_manager")
    reviewing.review_return(
        ret=reviewed, by=other, seen=reviewed.fingerprint, verdict="sent_back", comment="M06 looks low"
    )
    with pytest.raises(Refused, match="Somebody else must review"):
        signing.sign_return(ret=reviewed, by=manager, reviewed=reviewed.fingerprint)
    with pytest.raises(Refused, match="Say what is to be changed"):
        reviewing.review_return(ret=reviewed, by=other, seen=reviewed.fingerprint, verdict="sent_back", comment=" ")


def test_a_month_that_is_not_over_is_not_reviewed(data_officer, enquiry):
    ret = drafting.draft_return(period=Period.month("2026-10"), by=data_officer)
    with pytest.raises(Refused, match="October 2026 is not over"):
        reviewing.review_return(ret=ret, by=data_officer, seen=ret.fingerprint, verdict="confirmed")


def test_only_those_who_may_review(draft, worker):
    with pytest.raises(PermissionDenied):
        reviewing.review_return(ret=draft, by=worker, seen=draft.fingerprint, verdict="confirmed")


def test_a_review_is_never_changed(reviewed):
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        Review.objects.update(comment="x")


def test_the_review_page_confirms_and_the_return_says_by_whom(sign_in, data_officer, draft):
    client, address = sign_in(data_officer), reverse("return_review", args=[SEPTEMBER])
    seen = client.get(address).context["form"].initial["seen"]
    shown = client.post(address, {"seen": seen, "verdict": "confirmed"}, follow=True).content.decode()
    assert "Your review is kept" in shown and "Confirmed</strong> by Owen Data" in " ".join(shown.split())


def test_sending_back_on_the_page_asks_what_is_to_be_changed(sign_in, data_officer, draft):
    client, address = sign_in(data_officer), reverse("return_review", args=[SEPTEMBER])
    posted = {"seen": draft.fingerprint, "verdict": "sent_back"}
    assert "Say what is to be changed" in client.post(address, posted).content.decode()
    shown = client.post(address, {**posted, "comment": "M06 looks low"}, follow=True).content.decode()
    assert "Sent back by Owen Data" in shown and "M06 looks low" in shown
