"""The words about checks, in one place because the ledger keeps exactly what was shown."""

CHECKS_QUESTION = "Do you agree that checks are made if you apply?"
CHECKS_EXPLANATION = (
    "Nothing is checked now. If you apply to your council, it must by law ask the Disclosure and Barring Service, the "
    "councils where you have lived, your doctor, your employer and people who know you. It asks you again before each "
    "of them."
)
CHECKS_ANSWERS = {
    "yes": "Yes, everybody who would foster agrees",
    "no": "No, or not yet. Talk with us about it first",
}


def checks_wording(answer: str) -> str:
    """The question, its explanation and the answer chosen, as the people read or heard them."""
    return f"{CHECKS_QUESTION} {CHECKS_EXPLANATION} {CHECKS_ANSWERS[answer]}"
