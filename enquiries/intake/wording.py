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
