"""The signature, after which the database refuses every change."""

from django.db import transaction
from django.utils import timezone

from hub.errors import Refused
from hub.messages.services import tell
from hub.models import User
from reporting.returns.drafting import is_current, must_be_draft, must_hold
from reporting.returns.files import FORMATS, kept_file
from reporting.returns.models import Return
from reporting.returns.reviewing import CHANGED, must_be_over, review_to_sign_on


def sign_return(*, ret: Return, by: User, reviewed: str) -> Return:
    """Freeze a draft exactly as it was read: `reviewed` is the fingerprint of what the signer saw.

    Refused before the period is over, when the draft was changed or signed meanwhile, when nobody else has confirmed
    it as it stands, and when the facts have changed since it was made. The database keeps that the reviewer is another
    person. From then on it refuses every change.
    """
    must_hold(by, "sign_return")
    with transaction.atomic():
        ret = Return.objects.select_for_update().get(pk=ret.pk)
        must_be_draft(ret)
        must_be_over(ret)
        if reviewed != ret.fingerprint:
            raise Refused(CHANGED.format(verb="sign"))
        review = review_to_sign_on(ret, by)
        if review is None:
            raise Refused("Somebody else must review the return as it stands before you can sign it.")
        if not is_current(ret):
            raise Refused(
                "The facts have changed since these figures were made. Refresh the figures, have them reviewed, "
                "then sign."
            )
        ret.reviewed_at, ret.reviewed_by, ret.reviewed_as = review.at, review.by, review.by_name
        ret.status, ret.signed_at, ret.signed_by, ret.signed_as = Return.Status.SIGNED, timezone.now(), by, by.name
        ret.lines_before = ret.as_at_before = None  # what was drafted before is no part of what is signed
        ret.sha256 = ret.fingerprint
        ret.save()
        transaction.on_commit(lambda: _tell_worker(ret.pk), robust=True)
    return ret


def make_files(return_id: int) -> None:
    """Make and keep the files of a signed return; safe to run twice. The sweep finds what nobody was told to make."""
    ret = Return.objects.get(pk=return_id)
    for form in FORMATS:
        kept_file(ret, form)


def _tell_worker(return_id: int) -> None:
    from reporting.tasks import make_files as task

    tell(task, return_id)
