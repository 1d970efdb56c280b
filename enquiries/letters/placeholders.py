"""Placeholders of templates: one table of what each gives. Nothing else in a template is ever carried out.

`{{first_name}}` is replaced by a value, once; what a value holds is never looked through again.
"""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from enquiries.models import Enquiry, Session
from hub.current import current
from hub.errors import Refused
from hub.messages.sealed import HIDDEN
from hub.spoken_dates import day_in_words, time_in_words
from hub.working_time import LONDON, local_date, today

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_LEFT_OVER = re.compile(r"\{\{[^{}]{0,40}(?:\}\})?|[^{}\s]{0,40}\}\}")


@dataclass(frozen=True)
class Placeholder:
    gives: str
    example: str
    value: Callable[[Enquiry], str]  # "" where there is none for this household
    personal: bool = False  # never in a subject, which anybody near the screen may read
    opens: str = ""  # a link that only they may have, of this kind (enquiries/letters/links.py)


def _first_name(enquiry: Enquiry) -> str:
    return next((one.first_name for one in enquiry.applicants.all() if one.first_name), "")


def _names(enquiry: Enquiry) -> str:
    return " and ".join(str(one) for one in enquiry.applicants.all() if str(one))


def _greeting(enquiry: Enquiry) -> str:
    names = " and ".join(one.first_name for one in enquiry.applicants.all() if one.first_name)
    return f"Hello {names}," if names else "Hello,"


def _hub(name: str) -> Callable[[Enquiry], str]:
    return lambda enquiry: str(getattr(current().hub, name, "") or "")


def _hours(enquiry: Enquiry) -> str:
    calendar = current().calendar
    return f"Monday to Friday, {time_in_words(calendar.opens_at)} to {time_in_words(calendar.closes_at)}"


def _moment(moment) -> str:
    if moment is None:
        return ""
    return f"{day_in_words(local_date(moment), today())} at {time_in_words(moment.astimezone(LONDON).time())}"


def _day(day) -> str:
    return day_in_words(day, today()) if day else ""


def _visit(enquiry: Enquiry) -> str:
    booked = enquiry.facts.not_voided().filter(kind__in=["visit_booked", "visit_cancelled"]).newest_first().first()
    return _moment(booked.due) if booked and booked.due and booked.due > timezone.now() else ""


def _event(of: Callable[[Session], str]) -> Callable[[Enquiry], str]:
    """Of the next session at which they have a place."""

    def value(enquiry: Enquiry) -> str:
        coming = Session.objects.to_come(timezone.now()).booked_by(enquiry).select_related("event")
        session = coming.order_by("starts_at").first()
        return of(session) if session else ""

    return value


def _own_link(path: str, when: Callable[[Enquiry], bool] = lambda enquiry: True) -> Callable[[Enquiry], str]:
    """A link of their own, whose token is put in while the message is sent."""
    return lambda enquiry: f"{settings.BASE_URL}/{path}/{HIDDEN}/" if when(enquiry) else ""


def _link(path: str) -> Callable[[Enquiry], str]:
    return lambda enquiry: f"{settings.BASE_URL}{path}"


PLACEHOLDERS: dict[str, Placeholder] = {
    "greeting": Placeholder("Hello, with first names where we know them", "Hello Amina and Tom,", _greeting, True),
    "first_name": Placeholder("The first name of the first applicant", "Amina", _first_name, True),
    "names": Placeholder("Both applicants’ names", "Amina Khalid and Tom Reed", _names, True),
    "reference": Placeholder("The reference of the enquiry", "HKTR-4829", lambda enquiry: enquiry.reference),
    "council": Placeholder(
        "The council that they are for", "Gateshead", lambda enquiry: str(enquiry.held_by or enquiry.authority or ""),
        True,
    ),
    "worker_name": Placeholder(
        "Who looks after them", "Ruth Miller", lambda enquiry: enquiry.owner.name if enquiry.owner else ""
    ),
    "callback": Placeholder(
        "When we ring them, as booked", "Tuesday 24 November at 2pm", lambda enquiry: _moment(enquiry.callback_at), True
    ),
    "visit": Placeholder("When we visit them, as booked", "Thursday 26 November at 10am", _visit, True),
    "in_touch_by": Placeholder(
        "The day by which we owe them a word", "Friday 27 November",
        lambda enquiry: _day(local_date(enquiry.due_at)) if enquiry.due_at and enquiry.due_at > timezone.now() else "",
        True,
    ),
    "ask_again": Placeholder(
        "When we ask again, after “not yet”", "March 2027",
        lambda enquiry: date_format(enquiry.hold_until, "F Y") if enquiry.hold_until else "", True,
    ),
    "come_back": Placeholder(
        "A link of their own by which they come back after “not yet”, for 60 days",
        "https://foster.example.org/welcome-back/…/", _own_link("welcome-back", lambda enquiry: enquiry.on_hold), True,
        opens="come_back",
    ),
    "exit_interview": Placeholder(
        "A link of their own to tell us how it was, after the end", "https://foster.example.org/feedback/…/",
        _own_link("feedback"), True, opens="exit_interview",
    ),
    "council_heard": Placeholder(
        "A link of their own to say whether their council has been in touch", "https://foster.example.org/heard/…/",
        _own_link("heard", lambda enquiry: enquiry.held_by_id is not None), True, opens="council_heard",
    ),
    "attempts": Placeholder(
        "How often we tried to reach them since we last spoke", "5 times",
        lambda enquiry: {0: "", 1: "once", 2: "twice"}.get(enquiry.attempts, f"{enquiry.attempts} times"), True,
    ),
    "event": Placeholder(
        "The title of the next event they have booked", "Fostering evening", _event(lambda session: session.title), True
    ),
    "event_when": Placeholder(
        "When it is", "Tuesday 24 November, 6pm to 8pm", _event(lambda session: session.when), True
    ),
    "event_where": Placeholder(
        "Where it is, and shortly before how to join it online", "Gateshead Civic Centre",
        _event(lambda session: session.where_for_booked), True,
    ),
    "hub_name": Placeholder("Our name", "Fostering Together", _hub("name")),
    "hub_phone": Placeholder("Our telephone number", "0191 498 0100", _hub("telephone")),
    "hub_email": Placeholder("Our email address", "hello@hub.example.org", _hub("email")),
    "hub_hours": Placeholder("When we are there", "Monday to Friday, 9am to 5pm", _hours),
    "own_page": Placeholder("A link to their own page", "https://foster.example.org/journey/", _link("/journey/")),
    "events_page": Placeholder("A link to our events", "https://foster.example.org/events/", _link("/events/")),
    "website": Placeholder("Our website", "https://foster.example.org/", _link("/")),
    "today": Placeholder("Today’s date", "20 November 2026", lambda enquiry: date_format(today())),
}  # fmt: skip


def faults_of(text: str, *, subject: bool = False) -> list[str]:
    """What is wrong with the placeholders of a template, as sentences; empty where it may be saved."""
    faults = []
    for name in dict.fromkeys(_PLACEHOLDER.findall(text)):
        if name not in PLACEHOLDERS:
            faults.append(f"There is no placeholder {{{{{name}}}}}.{_nearest(name)}")
        elif subject and PLACEHOLDERS[name].personal:
            faults.append(
                f"{{{{{name}}}}} says something about them: take it out of the subject, which anybody may see."
            )
    for left in _LEFT_OVER.findall(_PLACEHOLDER.sub("", text)):
        faults.append(f"“{left.strip()}” is no placeholder.{_nearest(left)} Write small letters between {{{{ and }}}}.")
    return faults


def links_in(text: str) -> list[str]:
    """The kinds of links of their own that a template gives."""
    known = [PLACEHOLDERS[name].opens for name in _PLACEHOLDER.findall(text) if name in PLACEHOLDERS]
    return list(dict.fromkeys(filter(None, known)))


def filled(text: str, enquiry: Enquiry, *, but_links: bool = False) -> str:
    """The text with this household's values. `Refused` where a placeholder is unknown or has no value for them.

    `but_links`: a link of their own stays a placeholder, as it is made only with the message that carries it.
    """
    faults = faults_of(text)
    if faults:
        raise Refused(" ".join(faults))
    names = list(dict.fromkeys(_PLACEHOLDER.findall(text)))
    values = {name: PLACEHOLDERS[name].value(enquiry) for name in names}
    missing = [f"{{{{{name}}}}} ({PLACEHOLDERS[name].gives.lower()})" for name in names if not values[name].strip()]
    if missing:
        raise Refused(f"We do not have what this message needs for them: {', '.join(missing)}.")
    kept = {name for name in names if but_links and PLACEHOLDERS[name].opens}
    return _PLACEHOLDER.sub(lambda found: found[0] if found[1] in kept else values[found[1]], text)


def filled_as_far_as_known(text: str, enquiry: Enquiry, *, but_links: bool = False) -> str:
    """The text with the values that there are for this household; what is missing or unknown stays as it is, and so
    does with `but_links` a link of their own."""
    names = [name for name in set(_PLACEHOLDER.findall(text)) if name in PLACEHOLDERS]
    known = {name: PLACEHOLDERS[name].value(enquiry) for name in names if not (but_links and PLACEHOLDERS[name].opens)}
    return _PLACEHOLDER.sub(lambda found: known.get(found[1], "").strip() or found[0], text)


def with_session(text: str, session: Session) -> str:
    """The text with what it says of an event said of this session; all else stays as it is."""
    values = {"event": session.title, "event_when": session.when, "event_where": session.where_for_booked}
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def with_examples(text: str) -> str:
    """The text as an invented household would read it; what is unknown stays as it is."""
    return _PLACEHOLDER.sub(
        lambda found: PLACEHOLDERS[found[1]].example if found[1] in PLACEHOLDERS else found[0], text
    )


def _nearest(name: str) -> str:
    words = re.sub(r"[^a-z_]+", "_", name.lower()).strip("_")
    near = difflib.get_close_matches(words, PLACEHOLDERS, n=1, cutoff=0.5)
    return f" Did you mean {{{{{near[0]}}}}}?" if near else ""
