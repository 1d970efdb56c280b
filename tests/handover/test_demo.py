"""The demo's region: believable, the same for the same seed, and only where nobody's real records are."""

from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from enquiries.eoi.sections import BY_CODE
from enquiries.models import (
    Activity,
    Applicant,
    CallEvent,
    CallScript,
    Campaign,
    Enquiry,
    EoiSection,
    Origin,
    PhoneCall,
)
from enquiries.services import keep_state
from enquiries.state import STATE_FIELDS
from enquiries.telephone.line_tests import to_see_to
from handover.demo import region
from handover.models import Agreement, Handover, MonthlyFigures
from hub.messages.models import Message
from hub.models import Authority, Hub, Postcode, PostcodeDirectory, User
from tests.conftest import moment


@pytest.fixture
def some_postcodes(db, settings):
    """Three in each council, so that the package's million need not be loaded."""
    settings.HUB_DEMO = settings.AT_HOME = True
    codes = [*region.SHARES, *region.OUTSIDE]
    Postcode.objects.bulk_create(
        Postcode(postcode=f"NE{number}{letter}AA", authority_code=code)
        for number, code in enumerate(codes, start=10)
        for letter in "123"
    )
    PostcodeDirectory.objects.create(vintage="test", loaded_at=timezone.now(), postcodes=42)


def run(*arguments):
    out = StringIO()
    call_command("demo_data", *arguments, stdout=out)
    return out.getvalue()


def test_the_region(some_postcodes):
    said = run("--enquiries", "100", "--months", "8")
    assert "invented" in said and "100 enquiries over 8 months" in said and "11 live cases" in said
    assert Hub.objects.get().unallocated_owner is not None
    assert Authority.objects.members_on(timezone.now().date()).count() == 12
    assert Agreement.objects.current(timezone.now().date()).count() == 11
    assert User.objects.get(email="worker@hub.example.org").check_password("fostering-demo-2026")
    assert not User.objects.get(email="mei.lim@council.example.org").has_usable_password()
    for council in Authority.objects.members_on(timezone.now().date()):
        states = {person.account_state for person in User.objects.filter(authority=council)}
        assert states >= {"Active", "Suspended", "Invited"}, council
        assert User.objects.active().filter(authority=council, role="authority_lead").exists(), council
    assert 60 < MonthlyFigures.objects.count() < 12 * 8  # some were not supplied


def test_the_expressions_of_interest_are_as_the_forms_take_them(some_postcodes):
    run("--enquiries", "60", "--months", "8")
    rows = list(EoiSection.objects.select_related("enquiry"))
    for row in rows:
        form = BY_CODE[row.code].form(enquiry=row.enquiry, answers=row.answers)
        typed = QueryDict(mutable=True)
        for name, value in {**form.initial, "version": 0}.items():
            typed.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value)])
        sent = BY_CODE[row.code].form(typed, enquiry=row.enquiry, answers={})
        assert sent.is_valid() == row.complete and sent.sound() == row.answers, (row.code, row.answers, sent.errors)
    assert {row.code for row in rows} == set(BY_CODE) and {row.complete for row in rows} == {True, False}
    assert EoiSection.objects.exclude(missing="").get().enquiry.stage == "in_touch"
    sent = Activity.objects.filter(kind="eoi_submitted").values("enquiry")
    assert not Enquiry.objects.filter(pk__in=sent, eoi_sections=None).exists()


@time_machine.travel(moment("2026-11-18 10:00"))  # on a working day, as at a weekend nobody need be late yet
def test_history_holds_together(some_postcodes):
    run("--enquiries", "100", "--months", "8")
    for enquiry in Enquiry.objects.all():
        kept = [getattr(enquiry, name) for name in STATE_FIELDS]
        assert [getattr(keep_state(enquiry), name) for name in STATE_FIELDS] == kept
    now = timezone.now()
    assert not Activity.objects.filter(occurred_at__gt=now).exists()
    assert not Activity.objects.filter(recorded_at__gt=timezone.now()).exists()
    open_ones = Enquiry.objects.open()
    assert 0 < open_ones.overdue(now).count() < open_ones.count() / 3
    assert {"new", "in_touch", "handed_over", "application"} <= set(open_ones.values_list("stage", flat=True))
    assert Handover.objects.filter(authority__gss_code="E08000037", state="sent").exclude(package={}).exists()
    assert not Applicant.objects.exclude(email="").exclude(email__endswith="@example.org").exists()


def test_campaigns_with_what_they_brought(some_postcodes):
    run("--enquiries", "100", "--months", "8")
    campaigns = {campaign.code: campaign for campaign in Campaign.objects.all()}
    carried = set(Enquiry.objects.exclude(campaign="").values_list("campaign", flat=True))
    assert len(campaigns) == 11 and carried - set(campaigns) <= {"staff-newsletter"}
    assert all(campaign.spend > 0 and campaign.target for campaign in campaigns.values())
    assert Origin.objects.filter(utm_campaign="fb-always-on", fact__kind="received").exists()
    assert not Origin.objects.exclude(fact__kind="received").exists()


def test_nobody_is_told_of_history(some_postcodes):
    run("--enquiries", "40", "--months", "3")
    of_today = {
        "referral_waiting", "passed_to_council", "eoi_returned", "information_pack", "tried_to_ring_letter",
        "not_yet_check_in", "worker_named", "given_back",
    }  # fmt: skip
    assert set(Message.objects.values_list("template", flat=True)) <= of_today
    assert Message.objects.count() < 40


def test_the_same_seed_gives_the_same_region(some_postcodes):
    def history(seed):
        with transaction.atomic():
            run("--enquiries", "40", "--months", "3", "--seed", str(seed))
            told = [
                (e.reference, e.received_at, e.postcode, e.stage, [(a.email, a.phone) for a in e.applicants.all()])
                for e in Enquiry.objects.order_by("pk")[:40]
            ]
            transaction.set_rollback(True)
        return told

    first = history(7)
    assert history(7) == first
    assert history(8) != first


def test_no_enquiries_gives_the_region_alone(some_postcodes):
    run("--enquiries", "0")
    run("--enquiries", "0")
    assert Hub.objects.get().name == region.NAME
    assert not Enquiry.objects.exists()


def test_the_telephone_is_in_use(some_postcodes):
    run("--enquiries", "10", "--months", "2")
    assert list(CallScript.objects.values_list("version", flat=True)) == [2, 1]
    filed = PhoneCall.objects.get(state="filed")
    assert filed.enquiry.channel == "phone" and filed.enquiry.first_conversation_at == filed.started_at
    assert PhoneCall.objects.unfinished().count() == 1
    assert CallEvent.objects.waiting().count() == 3 and CallEvent.objects.to_see().count() == 1
    assert not to_see_to()


def test_leaves_what_is_there_alone(some_postcodes):
    run("--enquiries", "3", "--months", "1")
    count = Enquiry.objects.count()
    assert run("--if-empty") == ""
    assert "nothing was added" in run()
    assert Enquiry.objects.count() == count


@pytest.mark.parametrize("arguments", [[], ["--enquiries", "0"], ["--if-empty"]])
def test_makes_nothing_and_nobody_in_production(some_postcodes, settings, arguments):
    settings.HUB_DEMO = settings.AT_HOME = False
    with pytest.raises(CommandError, match="for the demo alone"):
        run(*arguments)
    assert not User.objects.exists() and not Hub.objects.exists()


def test_another_hub_is_left_alone(some_postcodes, settings, hub):
    hub.name = "A real hub"
    hub.save()
    with pytest.raises(CommandError, match="already has a hub"):
        run("--enquiries", "0")
    assert not User.objects.exists()
