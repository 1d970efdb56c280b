"""The words of the consents, in one place because the ledger keeps exactly what was shown."""

SHARE_QUESTION = "May we share your details with your council?"
SHARE_EXPLANATION = (
    "When you are ready to go on, we would like to pass your details to the council you would foster for, "
    "so that you need not say it all again. We tell you before we do. You can change your mind at any time."
)
SHARE_ANSWERS = {
    "yes": "Yes, you may share my details with my council",
    "no": "No, not yet. Ask me again when we talk",
}
KEEP_IN_TOUCH = "Send me news about fostering and events, a few times a year. I can stop it at any time."
RESEARCH = "You may ask me later what I think of all this, to make it better for others. I can say no each time."
ASK_AGAIN_QUESTION = "May we keep your details until then, and ask you?"
ASK_AGAIN_EXPLANATION = (
    "We would ask you once or twice, in the way that you choose, and not ring you before. "
    "You can tell us to stop at any time, and then we do."
)
ASK_AGAIN_ANSWERS = {
    "yes": "Yes, keep my details and ask me again",
    "no": "No, keep nothing. I will come back myself",
}


def share_wording(answer: str) -> str:
    """The question, its explanation and the answer chosen, as the person read them."""
    return f"{SHARE_QUESTION} {SHARE_EXPLANATION} {SHARE_ANSWERS[answer]}"


def ask_again_wording(answer: str) -> str:
    """The same of being asked again at a later time."""
    return f"{ASK_AGAIN_QUESTION} {ASK_AGAIN_EXPLANATION} {ASK_AGAIN_ANSWERS[answer]}"


HOLD_QUESTION = "May we ask you again?"
HOLD_EXPLANATION = (
    "By email or text, once or twice; we do not ring before. Your yes counts until a year after the day you choose, "
    "and you can take it back at any time."
)
HOLD_ANSWERS = {"yes": "Yes, you may ask me again", "no": "No, I will come back myself"}
# Under the button by which whoever was asked says "not yet" once more.
LATER_BUTTON = "Not yet, ask me in 6 months"
LATER_EXPLANATION = (
    "We ask you again in six months, once or twice, by email or text, and do not ring before. Your yes to that counts "
    "until a year after, and you can take it back at any time."
)


def hold_wording(answer: str) -> str:
    """The same of being asked again after a hold."""
    return f"{HOLD_QUESTION} {HOLD_EXPLANATION} {HOLD_ANSWERS[answer]}"


CONTACT_AGAIN_QUESTION = "May we contact you again, to hear whether things have changed?"
CONTACT_AGAIN_EXPLANATION = "By email or text, within a year. You can take it back at any time."


def contact_again_wording(answer: str) -> str:
    """The same of being contacted again after the end."""
    return f"{CONTACT_AGAIN_QUESTION} {CONTACT_AGAIN_EXPLANATION} {answer.capitalize()}"
