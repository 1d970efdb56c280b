"""What we say and ask on the telephone: the version that the product brings, and the questions that there are.

A script is a list of parts {"title", "say", "questions"}; a question is {"name", "ask", "hint"}. The words of a consent
stand in the script too, because the ledger keeps what was read aloud in that version. `{hub}` and `{me}` in what we
say are the hub's name and that of whoever reads it.
"""

import re
from typing import Any

from enquiries.intake import wording
from enquiries.models import CallScript, Consent
from hub.current import current

OWN = re.compile(r"own_[0-9a-z_]{1,30}")  # questions that the form does not know: their answers are kept as said
MOST_OWN = 10


def _question(name: str, ask: str, hint: str = "") -> dict[str, str]:
    return {"name": name, "ask": ask, "hint": hint}


DEFAULT: list[dict[str, Any]] = [
    {
        "title": "Say hello, and that they are safe to talk",
        "say": (
            "“Hello, this is {me} at {hub}. How lovely to talk with you.”\n\n"
            "“Is now a good time, and can you talk freely where you are?”\n\n"
            "If not: ask when we may ring, and end the call. If a child or an adult is in danger now, say 999."
        ),
        "questions": [
            _question("safe_now", "Can they talk freely now?"),
            _question("ways", "Which ways of reaching them are safe?", "“How may we reach you from now on?”"),
            _question("leave_message", "May we leave a message?"),
            _question("say_who", "If somebody else answers, may we say who is calling?"),
            _question("when", "When is a good time to ring?"),
            _question("language", "Language, if they would like an interpreter", "British Sign Language is one."),
            _question("adjustments", "What makes it easier for them", "For example, text relay or large print."),
            _question("notes", "Anything else that keeps them safe"),
        ],
    },
    {
        "title": "Who they are",
        "say": "“May I take your name and a number, in case we are cut off?”\n\n“Is anybody asking together with you?”",
        "questions": [
            _question("first_name", "First name"),
            _question("last_name", "Last name"),
            _question("phone", "Telephone number"),
            _question("email", "Email address", "We send them their reference and what happens next."),
            _question("second_first_name", "Other person’s first name"),
            _question("second_last_name", "Other person’s last name"),
        ],
    },
    {
        "title": "What brings them",
        "say": "“What made you think about fostering?”\n\nListen first. There is no wrong reason to ring.",
        "questions": [
            _question("message", "In their own words"),
            _question("situation", "What is it about?"),
            _question("source", "How did they hear about us?"),
        ],
    },
    {
        "title": "Home and spare room",
        "say": (
            "“Tell me a little about your home. Who lives there with you?”\n\n"
            "Renting is fine, so are pets, work and being single. Most children need a room of their own."
        ),
        "questions": [
            _question("postcode", "Postcode", "“It tells me which of our councils is yours.”"),
            _question("age", "How old are they?", "Foster carers are 21 or over. There is no upper limit."),
            _question("spare_room", "Do they have a spare bedroom?"),
            _question("own_household", "Who lives at home?", "Children’s ages, pets, who else is there a lot."),
            _question("interests", "Which kinds of fostering interest them?"),
        ],
    },
    {
        "title": "When",
        "say": "“Is this something for now, or for later? Not yet is fine: we would gladly ask again.”",
        "questions": [
            _question("timing", "Now, or not yet?"),
            _question("not_before", "If not yet: when may we ask again?"),
        ],
    },
    {
        "title": "How we share what they said",
        "say": (
            "“What you tell me stays with our team. We use it to answer and support you.”\n\n"
            "Read each question aloud as it stands here: these are the words that we keep with their answer."
        ),
        "questions": [
            _question("share", wording.SHARE_QUESTION, wording.SHARE_EXPLANATION),
            _question("keep_in_touch", "May we send you news a few times a year?", "You can stop it at any time."),
            _question(
                "research", "May we ask you later what you think of all this?",
                "It is to make it better for others. You can say no each time.",
            ),
            _question("council", "Would they rather foster for another of our councils?"),
            _question("not_council", "Is there a council that must not get to know of it?", "They work there, say."),
        ],
    },
    {
        "title": "What happens next",
        "say": (
            "“Thank you. Here is what happens now: …” Agree who does what, and a day.\n\n"
            "“Have you any question left? You can ring us at any time.”"
        ),
        "questions": [
            _question("agreed", "What we said and agreed"),
            _question("callback", "Ring them back at"),
            _question("until", "Or: day of the next step", "Empty: we follow up within 5 working days."),
        ],
    },
]  # fmt: skip

# Every question that the form knows, with the number of the part that it belongs to.
KNOWN: dict[str, tuple[int, dict[str, str]]] = {
    question["name"]: (number, question) for number, part in enumerate(DEFAULT) for question in part["questions"]
}
# Questions whose words the ledger keeps with the answer.
CONSENTS = {
    "share": Consent.Purpose.SHARE,
    "keep_in_touch": Consent.Purpose.KEEP_IN_TOUCH,
    "research": Consent.Purpose.RESEARCH,
}
FIRST = "The script that comes with the product"


def current_script() -> CallScript:
    """The version that calls are taken with now; before anybody has taken one, the product's, not yet kept."""
    return CallScript.objects.order_by("-version").first() or CallScript(version=1, parts=DEFAULT, why=FIRST)


def spoken(say: str, *, me: str = "(your name)") -> str:
    """What we say, with the hub's name and that of whoever says it."""
    hub = current().hub
    return say.replace("{hub}", hub.name if hub else "the fostering hub").replace("{me}", me)


def questions_of(parts: list[dict]) -> list[dict]:
    """All the questions of a script in order."""
    return [question for part in parts for question in part["questions"]]


def asked(parts: list[dict], name: str) -> str:
    """The words of a question in this script; the product's where this script does not ask it."""
    found = (question["ask"] for question in questions_of(parts) if question["name"] == name)
    return next(found, KNOWN[name][1]["ask"] if name in KNOWN else name)


def read_aloud(parts: list[dict], name: str, answer: str) -> str:
    """The words of a consent as they were read, with the answer, for the ledger."""
    question = next(question for question in questions_of(parts) if question["name"] == name)
    return " ".join(filter(None, [question["ask"], question["hint"], answer]))


def lines_of(parts: list[dict]) -> list[str]:
    """A script as lines of text, for comparing one version with another."""
    lines = []
    for part in parts:
        lines += [part["title"], *part["say"].splitlines()]
        for question in part["questions"]:
            lines.append(f"{question['ask']} {question['hint']}".strip())
    return [line for line in lines if line.strip()]
