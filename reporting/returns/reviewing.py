"""A second person looks at a draft before it is signed."""

from django.db import transaction

from hub.errors import Refused
from hub.models import User
from hub.working_time import today
from reporting.returns.drafting import must_be_draft, must_hold
from reporting.returns.models import Return, Review

CHANGED = "The return changed while you were reading it. Look at it again, then {verb}."


@transaction.atomic
def review_return(*, ret: Return, by: User, seen: str, verdict: str, comment: str = "") -> Review:
    """Keep what a reviewer says of the draft exactly as they saw it; `seen` is its fingerprint then.

    Any change afterwards voids the review, as it is of another fingerprint. Refused before the period is over, when
    the draft changed or was signed meanwhile, and when it is sent back without saying why.
    """
    must_hold(by, "review_return")
    ret = Return.objects.select_for_update().get(pk=ret.pk)
    must_be_draft(ret)
    must_be_over(ret)
    if seen != ret.fingerprint:
        raise Refused(CHANGED.format(verb="confirm or send back"))
    if verdict == Review.Verdict.SENT_BACK and not comment.strip():
        raise Refused("Say what is to be changed.")
    return Review.objects.create(
        ret=ret, verdict=verdict, fingerprint=seen, comment=comment.strip(), by=by, by_name=by.name
    )


def review_to_sign_on(ret: Return, signer: User | None = None) -> Review | None:
    """The latest confirmation of the draft as it stands by somebody who is not the signer; None where there is none,
    or where somebody has sent it back since."""
    for review in Review.objects.of_what_stands(ret):
        if not review.is_confirmed:
            return None
        if signer is None or review.by_id != signer.pk:
            return review
    return None


def last_word(ret: Return) -> Review | None:
    """The latest review of the return, whether it still holds or not."""
    return ret.reviews.first()


def must_be_over(ret: Return) -> None:
    if ret.period_to >= today():
        raise Refused(f"{ret.period_name} is not over. You can sign its return from the first day after it.")
