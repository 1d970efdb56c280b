"""A visitor who fills the form in page by page."""

import socket

import pytest
from django.urls import reverse

# A couple in Gateshead who may be rung in the evening: one entry is one page.
COUPLE = {
    "postcode": {"postcode": "ne8 1aa"},
    "council": {"choice": "nearest"},
    "household": {"household": "two"},
    "your-name": {"first_name": "Amina", "last_name": "Khalid"},
    "other-name": {"second_first_name": "Tom", "second_last_name": "O’Neill"},
    "contact": {"email": "amina@example.org", "phone": "07700 900123"},
    "reach": {"ways": ["phone", "email"]},
    "calls": {"when": "evening", "leave_message": "no", "say_who": "no"},
    "spare-room": {"spare_room": "yes"},
    "interests": {"interests": ["short_term", "siblings"], "message": "We have a dog."},
    "source": {"source": "word_of_mouth"},
    "sharing": {"share": "yes", "keep_in_touch": "on"},
}


class Visitor:
    """Drives the pages as a browser would, following where they lead."""

    def __init__(self, client):
        self.client = client

    def page(self, name: str, **kwargs):
        return self.client.get(reverse("enquire_step", args=[name]), **kwargs)

    def answer(self, name: str, **answers):
        return self.client.post(reverse("enquire_step", args=[name]), answers)

    def fill(self, *, until: str | None = None, **changes):
        """Answer every page as the couple would, with the changes; a page set to None is not on the route.

        Page names are written with underscores: `your_name={...}`. Stops before the page `until`.
        """
        changed = {name.replace("_", "-"): value for name, value in changes.items()}
        for name, answers in {**COUPLE, **changed}.items():
            if name == until:
                break
            if answers is not None:
                response = self.answer(name, **answers)
                assert response.status_code == 302, (name, response.context["form"].errors)
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
    """No Redis: broker and cache point at a port where nobody listens."""
    from hub.celery import app

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    away = f"redis://127.0.0.1:{port}/0"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": away}}
    monkeypatch.setitem(app.conf, "broker_write_url", away)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    return away
