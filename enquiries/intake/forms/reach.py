"""How we may reach them safely, and when we ring."""

from django import forms

from enquiries.intake.forms.base import YES_NO, StepForm
from enquiries.intake.forms.brings import is_for_later
from enquiries.intake.times import TAKEN, options_by_day, time_in_words
from hub.design.forms import Look


class ReachForm(StepForm):
    """Safe contact: only the ways for which there is an address or a number are offered."""

    WAYS = {"phone": "By telephone", "text": "By text message", "email": "By email"}
    looks = {
        "ways": Look(legend="m"),
        "notes": Look(count=True),
        "language": Look(width="20"),
        "adjustments": Look(count=True),
    }

    ways = forms.MultipleChoiceField(
        label="Which ways are safe for you?",
        widget=forms.CheckboxSelectMultiple,
        help_text="Select all that you are happy with.",
        error_messages={"required": "Select at least one way in which we may contact you"},
    )
    notes = forms.CharField(
        label="Is there anything we should know to keep you safe? (optional)",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        required=False,
        help_text="For example, somebody at home does not know yet, or you share your email.",
    )
    language = forms.CharField(
        label="Would you like to speak another language than English? (optional)",
        max_length=60,
        required=False,
        help_text="Tell us which. British Sign Language is one too.",
    )
    interpreter = forms.BooleanField(label="I would like an interpreter", required=False)
    adjustments = forms.CharField(
        label="Is there anything that makes talking or reading easier for you? (optional)",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        required=False,
        help_text="For example, large print, text relay, or a longer call.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        has = {
            "phone": self.answers.get("phone"),
            "text": self.answers.get("phone"),
            "email": self.answers.get("email"),
        }
        self.fields["ways"].choices = [(way, label) for way, label in self.WAYS.items() if has[way]]

    def clean(self):
        wants = self.cleaned_data.get("interpreter")
        self.require_when(wants, "language", "Enter the language for which you would like an interpreter")

    def rows(self):
        said = self.cleaned_data
        language = f"{said['language']}, with an interpreter" if said["interpreter"] else said["language"]
        more = [
            ("To keep you safe", said["notes"]), ("Language", language), ("To make it easier", said["adjustments"])
        ]  # fmt: skip
        return [("How we may contact you", self.shown("ways")), *(row for row in more if row[1])]


class CallsForm(StepForm):
    looks = {
        "when": Look(legend="s"),
        "leave_message": Look(legend="s", inline=True),
        "say_who": Look(legend="s", inline=True),
        "callback_at": Look(legend="s"),
    }

    when = forms.ChoiceField(
        label="When is a good time?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select a good time to ring",
            "invalid_choice": "Select another time to ring: nobody is here then",
        },
    )
    callback_at = forms.ChoiceField(
        label="Would you like to choose the time of our first call? (optional)",
        required=False,
        help_text="Then we ring you at that time, whatever you said above. If not, we ring when we can.",
        error_messages={"invalid_choice": TAKEN},
    )
    leave_message = forms.ChoiceField(
        label="If you do not answer, may we leave a message?",
        widget=forms.RadioSelect,
        choices=YES_NO,
        error_messages={"required": "Select yes if we may leave a message"},
    )
    say_who = forms.ChoiceField(
        label="If somebody else answers, may we say who is calling?",
        widget=forms.RadioSelect,
        choices=YES_NO,
        help_text="If not, we give only a first name and ring again.",
        error_messages={"required": "Select yes if we may say who is calling"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["when"].choices = lambda: self.known.times_to_ring
        if is_for_later(self.answers):
            del self.fields["callback_at"]
        else:
            self.fields["callback_at"].choices = self._times

    def _times(self):
        """Looked up only where the page is drawn or a time was chosen."""
        return [("", "No, ring me when you can"), *options_by_day(self.known.slots)]

    def clean_callback_at(self):
        chosen = self.cleaned_data["callback_at"]
        return self.known.slot(chosen) if chosen else None

    def rows(self):
        booked = self.cleaned_data.get("callback_at")
        rows = [
            ("Good time to ring", self.shown("when")),
            ("Leave a message", self.shown("leave_message")),
            ("Say who is calling", self.shown("say_who")),
        ]
        return [("Our first call", time_in_words(booked)), *rows] if booked else rows


class AnotherTimeForm(StepForm):
    """Another time for the first call, after the enquiry is in."""

    looks = {"callback_at": Look(heading=True)}

    callback_at = forms.ChoiceField(
        label="When shall we ring you?",
        error_messages={"required": "Select a time", "invalid_choice": TAKEN},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["callback_at"].choices = lambda: [("", "Choose a time"), *options_by_day(self.known.slots)]

    def clean_callback_at(self):
        return self.known.slot(self.cleaned_data["callback_at"])
