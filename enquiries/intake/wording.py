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


def share_wording(answer: str) -> str:
    """The question, its explanation and the answer chosen, as the person read them."""
    return f"{SHARE_QUESTION} {SHARE_EXPLANATION} {SHARE_ANSWERS[answer]}"
