"""What the product itself writes to a household: put in the outbox and on the timeline, and called back."""

import datetime

from django.utils import timezone

from enquiries.letters.post import need_not_be_posted
from enquiries.models import Activity, Applicant, Enquiry, SafeContact
from enquiries.models.letters import Purpose
from enquiries.reach import may_reach, ways_closed_by
from hub.current import current
from hub.messages.services import cancel_messages_to_household, queue_message
from hub.models import Message
from hub.throttle import allowed

MOST_LETTERS_A_DAY = 3  # of one kind to one address
A_DAY = datetime.timedelta(days=1)


def write_to_household(
    *,
    enquiry: Enquiry,
    template: str,
    context: dict,
    about: str,
    key: str = "",
    by=None,
    purpose: str = Purpose.SERVICE,
) -> bool:
    """Put an email to the first applicant who has an address in the outbox and on the timeline, where we may email.

    `about` says on the timeline what it is. The same template and `key` (the reference where none is given) is one
    message and one fact. True when it is there.
    """
    verdict = may_reach(enquiry, "email", purpose)
    if not verdict.allowed or verdict.to is None:
        return False
    home = enquiry.stands_for
    if Message.objects.filter(idempotency_key=f"{template}:{key or home.reference}").exists():
        return True  # it was written, and is on the timeline
    fact = queue_letter(
        enquiry=home,
        applicant=verdict.to,
        template=template,
        context=context,
        about=about,
        key=key,
        by=by,
        capped=False,
    )
    fact.save(force_insert=True)
    return True


def queue_letter(
    *,
    enquiry: Enquiry,
    applicant: Applicant,
    template: str,
    context: dict,
    about: str,
    key: str = "",
    by=None,
    capped: bool = True,
    seed: str = "",
) -> Activity:
    """Put an email to the applicant in the outbox, in the caller's transaction; gives its fact, unsaved.

    Whether we may write to them the caller has asked. No move and no clock comes of an automatic message. So that
    nobody can have us bombard somebody, of what no member of staff caused an address that anybody may have typed gets
    only so many a day (`capped`); the fact then says that it was not sent.
    """
    if capped and by is None and not allowed(f"letters:{template}", applicant.email, MOST_LETTERS_A_DAY, A_DAY):
        said = f"{about}, not sent: today {MOST_LETTERS_A_DAY} of them went to this address already."
        return _message_fact(enquiry, said)
    queue_message(
        template=template,
        to=applicant.email,
        context={"enquiry": enquiry, "applicant": applicant, "hub": current().hub, **context},
        reference=enquiry.reference,
        key=f"{template}:{key or enquiry.reference}",
        by=by,
        to_household=True,
        seed=seed,
    )
    return _message_fact(enquiry, f"{about}, put in the outbox. Messages says whether it has been sent.")


def _message_fact(enquiry: Enquiry, said: str) -> Activity:
    return Activity(
        enquiry=enquiry, kind="message_sent", occurred_at=timezone.now(), recorder="system", channel="email", note=said
    )


def call_back_all(enquiry: Enquiry) -> int:
    """Call back, in the caller's transaction, all that still waits for the household, who ask us to stop."""
    called_back = cancel_messages_to_household(*enquiry.references, channels=Message.Channel.values)
    need_not_be_posted(enquiry)
    return called_back


def call_back_unsafe(enquiry: Enquiry) -> int:
    """Call back, in the caller's transaction, what still waits for the household by a way that their rules for safe
    contact rule out, letters that lie ready to be posted too; gives how many."""
    safe = SafeContact.objects.filter(enquiry=enquiry).first() or SafeContact()
    called_back = cancel_messages_to_household(*enquiry.references, channels=ways_closed_by(safe))
    need_not_be_posted(enquiry)
    return called_back
