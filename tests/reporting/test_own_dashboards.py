"""A council's own dashboards: found in the portal, of their own council alone, whatever is asked."""

import datetime

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.models import Authority
from reporting.dashboards import services
from reporting.dashboards.page import Asked
from reporting.dashboards.pickers import PickerForm
from reporting.dashboards.registry import BY_SLUG, DASHBOARDS
from reporting.households import upkeep
from reporting.households.models import Household, Referral
from reporting.households.reading import Chosen
from reporting.measures import Period
from tests.conftest import moment
from tests.factories import someone
from tests.reporting.histories import Histories, store

pytestmark = pytest.mark.django_db
OWN, OTHER = "E08000037", "E08000022"
THEIRS = [one.slug for one in DASHBOARDS if one.for_councils]
NOT_THEIRS = [one.slug for one in DASHBOARDS if not one.for_councils]
# Of the others in it is what they agreed to show: tests/reporting/test_side_by_side.py.
OF_ONE_COUNCIL = [slug for slug in THEIRS if slug != "councils"]


@pytest.fixture(autouse=True)
def in_october():
    with time_machine.travel(moment("2026-10-05 10:00"), tick=False):
        yield


@pytest.fixture
def region(hub):
    store(Histories(300, 120).world)
    upkeep.catch_up()


@pytest.fixture
def lead(region):
    return someone("authority_lead", Authority.objects.get(gss_code=OWN))


def said(user, slug, **asked) -> list:
    """Everything that a dashboard shows to this person."""
    dashboard = BY_SLUG[slug]
    form = services.picker_for(dashboard=dashboard, data=asked, by=user)
    page = services.look_at(dashboard=dashboard, form=form, by=user)
    return [(part.title, part.alt, part.table, part.spec, part.note) for part in page.sections]


def test_they_are_in_the_menu_of_the_lead_alone(sign_in, gateshead, gateshead_worker):
    page = sign_in(someone("authority_lead", gateshead)).get(reverse("own_dashboards"))
    assert page.status_code == 200
    assert f'href="{reverse("own_dashboards")}"' in page.content.decode()
    assert sign_in(gateshead_worker).get(reverse("own_dashboards")).status_code == 403


@pytest.mark.parametrize("slug", THEIRS)
def test_each_opens_in_the_portal(sign_in, lead, slug):
    page = sign_in(lead).get(reverse("own_dashboard", args=[slug]))
    assert page.status_code == 200
    assert page.context["page"].sections
    assert 'name="authority"' not in page.content.decode()


@pytest.mark.parametrize("slug", NOT_THEIRS)
def test_the_hubs_own_do_not(sign_in, lead, slug):
    assert sign_in(lead).get(reverse("own_dashboard", args=[slug])).status_code == 403


@pytest.mark.parametrize("slug", [one.slug for one in DASHBOARDS])
def test_those_of_the_hub_are_closed_to_councils(sign_in, lead, slug):
    assert sign_in(lead).get(reverse("dashboard", args=[slug])).status_code == 403


@pytest.mark.parametrize("slug", OF_ONE_COUNCIL)
@pytest.mark.parametrize("asked", [{}, {"authority": OTHER}, {"authority": "unallocated"}, {"authority": ""}])
def test_whatever_is_asked_it_is_of_their_own(lead, slug, asked):
    assert said(lead, slug, **asked) == said(lead, slug)
    form = services.picker_for(dashboard=BY_SLUG[slug], data=asked, by=lead)
    assert form.chosen.authority == OWN


@pytest.mark.parametrize("slug", OF_ONE_COUNCIL)
def test_were_there_no_other_council_it_would_say_the_same(lead, slug):
    """With all numbers, since which of them are hidden hangs on the others' too."""
    before = built(slug, OWN)
    _leave_only(lead.authority)
    assert built(slug, OWN) == before


def built(slug, authority):
    chosen = Chosen(Period.quarter("2026-Q2"), authority)
    asked = Asked(chosen, protected=False, today=datetime.date(2026, 10, 5), reader=OWN)
    return [(part.title, part.alt, part.table, part.spec, part.note) for part in BY_SLUG[slug].build(asked)]


def _leave_only(council):
    Household.objects.exclude(authority=council).delete()
    Referral.objects.exclude(authority=council).delete()


def test_a_dashboard_that_looked_beyond_would_be_found(lead):
    """The guard of the guard: built for all, the journey does change."""
    before = built("journey", "")
    _leave_only(lead.authority)
    assert built("journey", "") != before


def test_what_is_kept_for_one_council_is_not_shown_to_another(lead):
    other = someone("authority_lead", Authority.objects.get(gss_code=OTHER))
    differ = set()
    for slug in THEIRS:
        first, second = (said(person, slug, period="2026-Q2") for person in (lead, other))
        cache.clear()
        assert said(other, slug, period="2026-Q2") == second
        differ |= {slug} if first != second else set()
    assert differ >= {"journey", "sources", "councils"}


def test_what_the_hub_was_shown_is_not_what_they_are(lead, manager, sign_in):
    said(manager, "journey", authority=OWN, period="2026-08")
    page = sign_in(lead).get(reverse("own_dashboard", args=["journey"]), {"period": "2026-08"})
    assert page.context["page"].protected


@pytest.mark.parametrize("slug", THEIRS)
def test_a_form_of_another_council_is_refused(lead, slug):
    for council in (None, Authority.objects.get(gss_code=OTHER)):
        form = PickerForm({}, picks=BY_SLUG[slug].picks, council=council)
        with pytest.raises(PermissionDenied):
            services.look_at(dashboard=BY_SLUG[slug], form=form, by=lead)


def test_months_that_are_running_are_not_offered(lead):
    form = services.picker_for(dashboard=BY_SLUG["journey"], data={}, by=lead)
    assert all(span.last < form.chosen.span.last.replace(month=10, day=5) for _, span in form.periods.values())


@pytest.mark.parametrize("slug", THEIRS)
def test_the_cost_does_not_grow(sign_in, lead, slug):
    client, address = sign_in(lead), reverse("own_dashboard", args=[slug])
    client.get(address)
    cache.clear()
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    assert len(few) < 90
