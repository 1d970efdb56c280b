"""The demo's region, made once: the same seed gives the same region, reckoned back from today."""

import datetime
from collections.abc import Callable
from random import Random

from django.db import transaction
from django.utils import timezone

from enquiries.models import Enquiry
from handover.demo import region
from handover.demo.buddies import make_buddies
from handover.demo.build import Builder
from handover.demo.campaigns import make_campaigns, make_who_went_no_further
from handover.demo.connections import make_connections
from handover.demo.councils import make_council_teams, make_figures
from handover.demo.documents import make_documents
from handover.demo.events import make_events
from handover.demo.following import make_what_is_followed
from handover.demo.households import Region, households
from handover.demo.inbox import fill_inbox
from handover.demo.live import Live
from handover.demo.messages import make_messages
from handover.demo.portal import begin_practice, make_gatesheads, name_workers
from handover.demo.surveys import make_check_ins, make_surveys
from handover.demo.tasks import make_tasks
from handover.demo.team import book_visits, make_team
from handover.demo.telephone import make_calls
from handover.demo.twins import make_twins
from hub.working_time import LONDON, local_date, today, working_time

A_MONTH = 70


def make_demo(*, enquiries: int | None, months: int, seed: int, say: Callable[[str], object]) -> None:
    """Region, history and live cases, all or nothing; `enquiries` 0 gives the region alone, None the usual number.

    `say` is given a sentence about each part as it is done.
    """
    with transaction.atomic():
        hub = region.make_region()
        say(f"{hub}: 12 councils with their real names; the hub and every person in it are invented.")
        say(region.load_region_postcodes())
        if enquiries == 0:
            return
        say(f"A team of four; {make_team()} of them away now or soon.")
        postcodes = region.some_postcodes()
        calendar, dice = working_time(), Random(seed)
        # History ends with yesterday, so that it is the same at every hour; the live cases are today's.
        now = datetime.datetime.combine(today(), datetime.time(), tzinfo=LONDON)
        setting = Region(calendar, postcodes, _cannot_send)
        count = A_MONTH * months if enquiries is None else enquiries
        told = list(households(dice, setting, count=count, months=months, now=now))
        history = Builder(dice, calendar, now).write(told)
        campaigns = make_campaigns(now=now, months=months)
        say(f"{len(told):,} enquiries over {months} months, as they may have gone; {campaigns} campaigns.")
        say(f"{make_who_went_no_further(now=now)} people who stopped before leaving any details.")
        live = Live(postcodes)
        say(f"{live.make()} live cases beside them.")
        say(f"{make_gatesheads(live)} whom Gateshead has accepted.")
        say(f"{make_what_is_followed()} who told us of their council.")
        say(f"{make_events()} events, with who booked them and who came.")
        say(f"{make_buddies()} buddies, and whom they accompany.")
        say(f"{book_visits()} first visits booked.")
        say(f"{make_check_ins()} check-ins planned for those who said “not yet”.")
        say(f"{make_surveys()} who told us how it was.")
        say(f"{make_documents()} documents that they sent.")
        say(f"{make_calls(postcodes.get('E06000047', [''])[0])} calls, taken and missed.")
        say(f"{fill_inbox()} letters and submissions in the inbox.")
        say(f"{make_messages()} messages written to households.")
        say(f"{name_workers(now=now)} who know who looks after them at their council.")
        begin_practice()
        say(f"{make_tasks(history, now=now)} tasks of the team.")
        say(f"{make_twins(history, now=now)} who asked twice.")
        say(f"{make_council_teams(dice)} more people in the councils’ teams.")
        say(f"{make_figures(dice, months=months)} months’ figures of councils.")
        say(f"{make_connections(now=timezone.now())} events told to a council’s case system.")


def _cannot_send(authority: str, at) -> bool:
    ends = {region.WITHOUT_AGREEMENT: region.agreement_ended(), region.NOT_READY: region.not_ready_since()}
    return authority in ends and local_date(at) > ends[authority]


def number_of_enquiries() -> int:
    """How many the database holds, invented or not."""
    return Enquiry.objects.count()
