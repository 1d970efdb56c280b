"""What we write to a household from a template: its versions, and the one function that sends."""

import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery

from enquiries.letters.defaults import defaults
from enquiries.letters.last_words import wait_until
from enquiries.letters.links import MAKERS
from enquiries.letters.placeholders import faults_of, filled, filled_as_far_as_known, links_in
from enquiries.letters.post import ask_to_post
from enquiries.models import Enquiry, MessageTemplate
from enquiries.reach import Verdict, may_reach
from enquiries.services import lock_enquiry, record_activity
from hub.errors import Refused, violated_constraint
from hub.messages.sealed import new_seed, secret_of
from hub.messages.services import queue_words
from hub.messages.texts import LONGEST_TEXT, size_of
from hub.messages.ways.chosen import why_not
from hub.models import Message

LONGEST = 5_000  # characters of an email or a letter


def all_templates() -> list[MessageTemplate]:
    """The latest version of every template: what is kept, and what the product brings beside it."""
    latest = MessageTemplate.objects.filter(code=OuterRef("code")).order_by("-version").values("pk")[:1]
    kept = MessageTemplate.objects.filter(pk=Subquery(latest)).select_related("made_by")
    by_code = defaults() | {one.code: one for one in kept}
    return sorted(by_code.values(), key=lambda one: (Message.Channel.values.index(one.channel), one.name))


def template_of(code: str, version: int | None = None) -> MessageTemplate:
    """The version of a template, or its latest; `Refused` where there is none."""
    kept = MessageTemplate.objects.filter(code=code).order_by("-version")
    found = (kept.filter(version=version) if version else kept).first()
    if found is None and version in (None, 1):
        found = defaults().get(code)
    if found is None:
        raise Refused(f"There is no template “{code}”.")
    return found


def keep_template(template: MessageTemplate) -> MessageTemplate:
    """The version as a row: one that the product brings is kept when it is first used, so that it stays what it was."""
    if template._state.adding:
        known = MessageTemplate.objects.filter(code=template.code, version=template.version).first()
        if known is not None:
            return known
        try:
            with transaction.atomic():
                template.save(force_insert=True)
        except IntegrityError:  # somebody else used it first, this moment
            return MessageTemplate.objects.get(code=template.code, version=template.version)
    return template


@transaction.atomic
def publish_template(*, by, code: str, after: int, **words) -> MessageTemplate:
    """Add the next version of a template, or with `after` 0 the first of a new one. `words` are fields of the model.

    `Refused` where a placeholder is unknown, or somebody published another version meanwhile.
    """
    faults = faults_of(words["body"]) + faults_of(words.get("subject", ""), subject=True)
    if faults:
        raise Refused(" ".join(faults))
    if after:
        keep_template(template_of(code, after))
    made = MessageTemplate(code=code, version=after + 1, made_by=by, **words)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as fault:
        if violated_constraint(fault) != "message_template_version_once":
            raise
        raise Refused(
            "Somebody has published another version meanwhile. Nothing of yours was saved. Look at theirs."
        ) from fault
    return made


@dataclass(frozen=True)
class Draft:
    """What would be sent to a household: whether it may go, its words, and what is missing for them."""

    template: MessageTemplate
    verdict: Verdict
    subject: str = ""
    body: str = ""
    missing: str = ""


def draft_of(*, enquiry: Enquiry, template: MessageTemplate) -> Draft:
    """The message as staff go on writing it to this household; sends and writes nothing."""
    verdict = may_write(enquiry, template.channel, template.purpose)
    try:
        body = filled(template.body, enquiry, but_links=True)
        return Draft(template, verdict, filled(template.subject, enquiry), body)
    except Refused as refusal:
        subject = filled_as_far_as_known(template.subject, enquiry)
        body = filled_as_far_as_known(template.body, enquiry, but_links=True)
        return Draft(template, verdict, subject, body, missing=str(refusal))


def may_write(enquiry: Enquiry, channel: str, purpose: str) -> Verdict:
    """Whether we may reach them so, and have a way of sending it at all."""
    nobody_sends = why_not(channel)
    return Verdict(False, nobody_sends) if nobody_sends else may_reach(enquiry, channel, purpose)


@transaction.atomic
def send_template(
    *, enquiry: Enquiry, template: MessageTemplate | str, by, body: str = "", subject: str = "", key: str = "",
    version: int | None = None,
) -> Message:  # fmt: skip
    """Write to the household from a template: put the message in the outbox and on the timeline, in one transaction.

    `template` may be its code. `body` and `subject` are the words as staff changed
    them. The same template and `key` is one message
    (where nobody of staff sends it and no key is given, one for each enquiry). `version` is the enquiry's, as seen.
    A merged enquiry's household is written to where it goes on. `Refused` with a sentence where `may_reach` says no,
    a placeholder has no value for them, or the text is too long; then nothing is written.
    """
    if isinstance(template, str):
        template = template_of(template)
    home = lock_enquiry(enquiry.stands_for.pk)
    key = f"{template.code}:{key or (secrets.token_urlsafe(16) if by else home.reference)}"
    if known := Message.objects.filter(idempotency_key=key).first():
        return known
    verdict = may_write(home, template.channel, template.purpose)
    if not verdict:
        raise Refused(f"“{template.name}” was not sent. {verdict.why}")
    subject, words = filled(subject or template.subject, home), filled(body or template.body, home).strip()
    refuse_too_long(template.channel, words)
    links = links_in(body or template.body)
    template, seed = keep_template(template), new_seed() if links else ""
    message = queue_words(
        channel=template.channel,
        to=_envelope(home, verdict) if template.channel == "letter" else verdict.address,
        subject=subject,
        body=words,
        template=template.code,
        template_version=template.version,
        reference=home.reference,
        key=key,
        seed=seed,
        by=by,
    )
    for kind in links:
        MAKERS[kind](home, message, secret_of(seed))
    record_activity(
        enquiry=home,
        kind="written" if by else "message_sent",
        by=by,
        version=version,
        channel=template.channel,
        note=f"{template.name}. Messages has its words, and says whether it has arrived.",
        **wait_until(template.code),
    )
    if template.channel == Message.Channel.LETTER:
        ask_to_post(message=message, enquiry=home, by=by)
    return message


def refuse_too_long(channel: str, body: str) -> None:
    """`Refused` where a text is longer than can be sent as one, or nobody would read it."""
    if channel == Message.Channel.TEXT:
        size = size_of(body)
        if not size.fits:
            raise Refused(f"A text message may have {LONGEST_TEXT} characters at most; this has {size.characters:,}.")
    elif len(body) > LONGEST:
        raise Refused(f"A message may have {LONGEST:,} characters at most; this has {len(body):,}.")
    if not body.strip():
        raise Refused("Write something first: the message is empty.")


def _envelope(enquiry: Enquiry, verdict: Verdict) -> str:
    """What stands on the envelope: their names and the lines of their address."""
    names = " and ".join(str(one) for one in enquiry.applicants.all() if str(one))
    return "\n".join(line for line in (names or "The householder", *verdict.address.splitlines()) if line.strip())
