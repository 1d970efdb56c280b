"""A person's visit to their own page: a session of its own, on the server, apart from that of staff.

Its cookie goes to `/journey/` alone. Staff who use the same browser are neither signed in by it nor signed out.
"""

import datetime
import hashlib
from functools import cached_property
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from enquiries.models import Enquiry
from enquiries.own_page.households import enquiries_of

COOKIE, PATH, KEY = "own_page", "/journey/", "own_page"
IDLE = datetime.timedelta(minutes=30)
LONGEST = datetime.timedelta(hours=8)
_SENT_KEPT = 20


def _store(key: str | None = None):
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


class Visit:
    """What this browser may see. The address signed in with must still be that of an applicant, and safe to use."""

    def __init__(self, request):
        self.store = _store(request.COOKIES.get(COOKIE))
        self.kept: dict[str, Any] = self.store.get(KEY) or {}
        if self.kept and timezone.now().timestamp() > self.kept["began"] + LONGEST.total_seconds():
            self.end()
        if self.kept:
            # Only the day of expiry is written: what two requests at once keep is not lost.
            Session.objects.filter(session_key=self.store.session_key).update(expire_date=timezone.now() + IDLE)

    @cached_property
    def enquiries(self) -> list[Enquiry]:
        return enquiries_of(self.kept.get("address", ""))

    @cached_property
    def enquiry(self) -> Enquiry | None:
        """The one they look at: the one they chose, else the first."""
        chosen = [one for one in self.enquiries if one.pk == self.kept.get("enquiry")]
        return next(iter(chosen or self.enquiries), None)

    @property
    def address(self) -> str:
        return self.kept.get("address", "")

    def begin(self, address: str, enquiry: Enquiry) -> None:
        """Signed in: always with a new key, so that nobody can have set it before."""
        self.end()
        self.kept = {"address": address, "enquiry": enquiry.pk, "began": timezone.now().timestamp(), "sent": []}
        self.store = _store()
        self._save()

    def choose(self, enquiry: Enquiry) -> None:
        self.kept["enquiry"] = enquiry.pk
        self._save()

    def end(self) -> None:
        if self.store.session_key:
            self.store.delete()
        self.kept = {}
        self.__dict__.pop("enquiries", None)
        self.__dict__.pop("enquiry", None)

    def was_sent(self, request) -> bool:
        """Whether exactly this form was sent before. Asked under the session's lock, of what is kept by now."""
        self.kept["sent"] = (_store(self.store.session_key).get(KEY) or {}).get("sent", [])
        return self._form(request) in self.kept["sent"]

    def note_sent(self, request) -> None:
        """In the transaction of the write: both are kept, or neither."""
        self.kept["sent"] = [*self.kept["sent"], self._form(request)][-_SENT_KEPT:]
        self._save()

    def keep_in(self, response) -> None:
        """Give the browser its cookie, or take it away."""
        if not self.kept:
            response.delete_cookie(COOKIE, path=PATH)
            return
        response.set_cookie(
            COOKIE, self.store.session_key, path=PATH, httponly=True, secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )  # fmt: skip

    @staticmethod
    def _form(request) -> str:
        """The same form carries the version of the enquiry that was seen, so that doing it again is another."""
        typed = request.POST.copy()
        typed.pop("csrfmiddlewaretoken", None)
        return hashlib.sha256(f"{request.path}?{typed.urlencode()}".encode()).hexdigest()

    def _save(self) -> None:
        self.store[KEY] = self.kept
        self.store.set_expiry(int(IDLE.total_seconds()))
        self.store.save()
