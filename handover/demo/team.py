"""How the demo's team works: who looks after how much, who is away, days closed, and first visits that are booked."""

import datetime

import pghistory

from enquiries.assignment.absences import record_absence
from enquiries.assignment.services import set_caseload
from enquiries.clocks.recalculation import recalculate_clocks
from enquiries.clocks.services import add_closure, set_standard
from enquiries.journey import Stage
from enquiries.models import Enquiry
from enquiries.visits.services import book_visit
from hub.models import User
from hub.people.demo import DEMO_PEOPLE
from hub.working_time import LONDON, today, working_time

# email, capacity, languages, interests, councils
CASELOADS = [
    ("worker@hub.example.org", 60, ["Yoruba"], ["teenagers", "siblings"], []),
    ("worker2@hub.example.org", 35, [], ["parent_and_child"], ["E06000047", "E06000005"]),  # half the week
    ("worker3@hub.example.org", 60, ["Tamil", "Hindi"], ["unaccompanied", "disabled_children"], []),
]
VISITS = [(1, datetime.time(18, 30), "home"), (3, datetime.time(10), "home"), (6, datetime.time(13), "video")]


def make_team() -> int:
    """Caseloads, absences and what is planned, as the manager has set them; gives how many absences."""
    people = {person.email: person for person in User.objects.filter(email__in=[email for _, email, *_ in DEMO_PEOPLE])}
    manager, calendar = people["manager@hub.example.org"], working_time()
    with pghistory.context(user=manager.pk):
        for email, capacity, languages, interests, councils in CASELOADS:
            set_caseload(
                person=people[email], by=manager, capacity=capacity, takes_new=True, languages=languages,
                interests=interests, councils=councils,
            )  # fmt: skip
        callum, priya = people["worker2@hub.example.org"], people["worker3@hub.example.org"]
        back = calendar.add_working_days(today(), 4)
        record_absence(person=callum, by=callum, starts_on=today(), ends_on=back, cover=priya)
        away = calendar.add_working_days(today(), 12)
        record_absence(person=priya, by=priya, starts_on=away, ends_on=away)
        training = calendar.add_working_days(today(), 15)
        add_closure(by=manager, day=training, open_instead=False, reason="Training day of the whole team")
        later = today() + datetime.timedelta(days=60)
        set_standard(by=manager, clock="follow_up", working_days=4, applies_from=later)
        recalculate_clocks()
    return 2


def book_visits() -> int:
    """Some of those who are in touch have a first visit before them; gives how many."""
    ready = Enquiry.objects.filter(stage=Stage.IN_TOUCH, on_hold=False, owner__isnull=False, clock="follow_up")
    never = ready.exclude(activities__kind="initial_visit").select_related("owner").order_by("-received_at")
    for enquiry, (days, time, place) in zip(never, VISITS, strict=False):
        day = working_time().add_working_days(today(), days)
        at = datetime.datetime.combine(day, time, tzinfo=LONDON)
        book_visit(enquiry=enquiry, by=enquiry.owner, at=at, visitor=enquiry.owner, place=place)
    return len(VISITS)
