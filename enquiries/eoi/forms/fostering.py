"""What they have in mind, checks later on, anything else."""

from enquiries.eoi import wording
from enquiries.eoi.base import PartForm
from enquiries.eoi.fields import Paragraph, checkboxes, radios
from enquiries.journey import CONTACT_CHANNELS, INTERESTS
from hub.design.forms import Look


class FosteringForm(PartForm):
    writes_back = ("interests",)
    looks = {
        "interests": Look(legend="m", divider_before="not_sure"),
        "ages": Look(legend="m", divider_before="not_sure"),
        "how_many": Look(legend="m", divider_before="not_sure"),
        "words": Look(count=True),
    }
    interests = checkboxes(
        "Which kinds of fostering interest you?", list(INTERESTS.items()),
        "Select what interests you, or “Not sure yet”", help_text="Select all that you like.",
    )  # fmt: skip
    ages = checkboxes(
        "What ages do you have in mind?",
        [("0_4", "0 to 4"), ("5_10", "5 to 10"), ("11_15", "11 to 15"), ("16_17", "16 and 17"),
         ("not_sure", "Not sure yet")],
        "Select the ages you have in mind, or “Not sure yet”",
    )  # fmt: skip
    how_many = radios(
        "How many children at a time?",
        [("1", "One"), ("2", "Two, such as a brother and a sister"), ("3", "Three or more brothers and sisters"),
         ("not_sure", "Not sure yet")],
        "Select how many children at a time, or “Not sure yet”",
    )  # fmt: skip
    words = Paragraph(label="Is there anything you would rather not do?", required=False, max_length=500, rows=3)


class ChecksForm(PartForm):
    """What they agree to about checks. Staff say besides how they were told, for the ledger."""

    not_kept = ("version", "channel")
    looks = {"agree": Look(legend="m"), "channel": Look(small=True)}
    agree = radios(
        wording.CHECKS_QUESTION, list(wording.CHECKS_ANSWERS.items()), "Select if you agree that checks are made",
        help_text=wording.CHECKS_EXPLANATION,
    )  # fmt: skip
    channel = radios(
        "How they told us",
        [*CONTACT_CHANNELS.items(), ("paper", "On paper")],
        "Select how they told us",
        required=False,
    )

    def set_up(self) -> None:
        if not self.staff:
            del self.fields["channel"]

    def clean(self):
        answer = self.cleaned_data.get("agree")
        changed = bool(answer) and answer != self.initial.get("agree")
        self.require_when(self.staff and changed, "channel", "Select how they told us")

    def sound(self):
        # What cannot go to the ledger, because nobody says how they told us, is not kept either.
        kept = super().sound()
        return {} if "channel" in self.errors else kept

    def details(self):
        return {**super().details(), "channel": self.cleaned_data.get("channel") or "web"}


class LastForm(PartForm):
    looks = {"times": Look(legend="m"), "words": Look(count=True)}
    times = checkboxes(
        "When could somebody visit you?",
        [("morning", "Weekdays, in the morning"), ("afternoon", "Weekdays, in the afternoon"),
         ("evening", "Weekdays, after five"), ("saturday", "Saturdays"), ("video", "Rather by video")],
        "Select when somebody could visit you", required=False, help_text="Select all that suit you.",
    )  # fmt: skip
    words = Paragraph(
        label="Is there anything else you would like us to know?", required=False, max_length=2000,
        help_text="Language at home, plans, worries, questions: whatever matters to you.",
    )  # fmt: skip
