"""What is counted without a trace of anybody: who stepped aside, and the equality answers. Neither names an enquiry."""

from django.db import transaction

from enquiries.models import EqualityAnswers, SteppedAside
from hub.models import Authority
from hub.working_time import today


@transaction.atomic
def step_aside(*, session, draft: str, why: str, authority: Authority | None, campaign: str) -> bool:
    """Count that somebody stopped, once for a draft however often it is pressed. True where it was counted now."""
    if not _first_time(session, "stepped_aside", draft):
        return False
    SteppedAside.objects.create(on=today(), why=why, authority=authority, campaign=campaign)
    return True


@transaction.atomic
def keep_equality_answers(*, session, draft: str, authority: Authority | None, answers: dict[str, str]) -> bool:
    """Keep the answers by month and council alone, once for an enquiry sent. True where they were kept now."""
    if not _first_time(session, "equality_answered", draft):
        return False
    if any(answers.values()):
        EqualityAnswers.objects.create(month=today().replace(day=1), authority=authority, **answers)
    return True


def _first_time(session, what: str, draft: str) -> bool:
    """Whether this browser does it for the first time; two requests at once take turns at the session's row.

    The session remembers that it was done, and nothing that leads to the row.
    """
    if session.session_key is None:
        session.create()
    type(session).get_model_class().objects.select_for_update().filter(pk=session.session_key).first()
    stored = type(session)(session.session_key)
    if stored.get(what) == draft:
        session[what] = draft
        return False
    session[what] = stored[what] = draft
    stored.save()
    return True
