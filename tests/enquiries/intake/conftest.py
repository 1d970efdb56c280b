"""A visitor who fills the form in page by page."""

import socket

import pytest
from django.http import QueryDict
from django.urls import reverse

from enquiries.intake.draft import Draft
from enquiries.intake.steps import STEPS

# A couple in Gateshead who may be rung in the afternoon: one entry is one page.
COUPLE = {
    "postcode": {"postcode": "ne8 1aa"},
    "council": {"choice": "nearest"},
    "situation": {"situation": "foster"},
    "age": {"age": "21_or_over"},
    "spare-room": {"spare_room": "yes"},
    "timing": {"timing": "now"},
    "household": {"household": "two"},
    "your-name": {"first_name": "Amina", "last_name": "Khalid"},
    "other-name": {"second_first_name": "Tom", "second_last_name": "O’Neill"},
    "contact": {"email": "amina@example.org", "phone": "07700 900123"},
    "reach": {"ways": ["phone", "email"]},
    "calls": {"when": "afternoon", "leave_message": "no", "say_who": "no"},
    "interests": {"interests": ["short_term", "siblings"], "message": "We have a dog."},
    "source": {"source": "word_of_mouth"},
    "sharing": {"share": "yes", "keep_in_touch": "on"},
}


def _typed(answers: dict) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in answers.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


class Visitor:
    """Drives the pages as a browser would, following where they lead."""

    def __init__(self, client):
        self.client = client

    def page(self, name: str, **kwargs):
        return self.client.get(reverse("enquire_step", args=[name]), **kwargs)

    def answer(self, name: str, **answers):
        return self.client.post(reverse("enquire_step", args=[name]), answers)

    def walk(self):
        """Answer every page as the couple would, over HTTP."""
        for name, answers in COUPLE.items():
            assert self.answer(name, **answers).status_code == 302, name
        return self

    def fill(self, *, until: str | None = None, **changes):
        """The couple's answers, with the changes, as good as typed; a page set to None is not on the route.

        Page names are written with underscores: `your_name={...}`. Stops before the page `until`. A page that the
        couple would not see, a branch, is on the route where an answer for it is given.
        """
        session = self.client.session
        draft = Draft(session)
        given = {**COUPLE, **{name.replace("_", "-"): value for name, value in changes.items()}}
        for step in STEPS:
            if step.name == until:
                break
            if given.get(step.name) is None:
                continue
            form = step.form(_typed(given[step.name]), answers=draft.route().answers)
            assert form.is_valid(), (step.name, form.errors)
            draft.keep(step, form)
        session.save()
        return self

    @property
    def draft_id(self) -> str:
        return self.client.session["enquiry_draft"]["id"]

    def send(self, **extra):
        return self.client.post(reverse("enquire_check"), {"draft": self.draft_id, **extra})


@pytest.fixture
def visitor(client, directory):
    return Visitor(client)


@pytest.fixture
def broker_away(settings, monkeypatch):
    """No Redis: the broker's address is a port where nobody listens."""
    from hub.celery import app

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    away = f"redis://127.0.0.1:{port}/0"
    settings.REDIS_URL = away
    monkeypatch.setitem(app.conf, "broker_write_url", away)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    return away
