"""What staff type about buddies, and buddies about whom they accompany."""

from django import forms

from enquiries.buddies.matching import Candidate, Suggestion, Wanted, suggest
from enquiries.buddies.services import ways_to_reach
from enquiries.casework.forms import RecordForm
from enquiries.journey import CONTACT_CHANNELS, INTERESTS
from enquiries.models import Buddy, Match
from hub.current import current
from hub.design.forms import DesignDateField, DesignForm, EmailField, Look, NameField, PhoneField
from hub.models import Authority
from hub.working_time import today

AGREED = "You keep my name and how to reach me, and write to me when somebody would like to talk with a carer."
INTRODUCE = (
    "Would you like to talk with somebody who fosters already? We ask an experienced carer near you. They get your "
    "first name and one way of reaching you, nothing else, and only once they have said yes."
)


class BuddyForm(DesignForm):
    looks = {"languages": Look(width="two-thirds"), "most_at_once": Look(width="2", suffix="households")}
    name = NameField(error_messages={"required": "Enter their name"})
    email = EmailField()
    phone = PhoneField(required=False)
    areas = forms.MultipleChoiceField(
        label="Councils near them", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one council"},
    )  # fmt: skip
    interests = forms.MultipleChoiceField(
        label="What they know well", widget=forms.CheckboxSelectMultiple, required=False,
        choices=[(code, label) for code, label in INTERESTS.items() if code != "not_sure"],
    )  # fmt: skip
    languages = forms.CharField(
        label="Languages besides English", required=False, max_length=300, help_text="With commas: Polish, Urdu"
    )
    most_at_once = forms.IntegerField(label="How many at once?", min_value=1, max_value=20, initial=2)
    active = forms.BooleanField(label="They can be asked at the moment", required=False)
    agreed = forms.BooleanField(
        label="I have read this to them, and they agreed", help_text=f"“{AGREED}”",
        error_messages={"required": "Ask them first, and tick that they agreed"},
    )  # fmt: skip

    def __init__(self, data=None, *, buddy: Buddy | None = None):
        self.buddy = buddy
        super().__init__(data, initial=_said_of(buddy) if buddy else {"active": True})
        members = {council.pk: council for council in current().members_on(today())}
        if buddy:
            members |= {council.pk: council for council in buddy.areas.all()}
            del self.fields["agreed"]
        self.fields["areas"].choices = [(str(pk), council.name) for pk, council in members.items()]

    def clean_languages(self) -> list[str]:
        said = [" ".join(one.split()) for one in self.cleaned_data["languages"].split(",")]
        languages = list(dict.fromkeys(one for one in said if one))
        if any(len(one) > 60 for one in languages):
            raise forms.ValidationError("Each language must be 60 characters or fewer")
        return languages

    def result(self) -> Buddy:
        """The buddy as they are to be, unsaved."""
        buddy = self.buddy or Buddy()
        for name in ("name", "email", "phone", "interests", "languages", "most_at_once", "active"):
            setattr(buddy, name, self.cleaned_data[name])
        return buddy

    @property
    def councils(self):
        return Authority.objects.filter(pk__in=self.cleaned_data["areas"])

    @property
    def wording(self) -> str:
        return AGREED if self.cleaned_data.get("agreed") else ""


def _said_of(buddy: Buddy) -> dict:
    names = ("name", "email", "phone", "interests", "most_at_once", "active")
    areas = [str(pk) for pk in buddy.areas.values_list("pk", flat=True)]
    languages = ", ".join(buddy.languages)
    return {**{name: getattr(buddy, name) for name in names}, "areas": areas, "languages": languages}


class IntroduceForm(RecordForm):
    """Who fits, and why; the household's yes to the words; how they would like to be reached."""

    buddy = forms.ChoiceField(
        label="Who fits?", widget=forms.RadioSelect, error_messages={"required": "Select a buddy"}
    )
    answer = forms.ChoiceField(
        label=f"Read to them: “{INTRODUCE}”", widget=forms.RadioSelect,
        choices=[("yes", "They said yes"), ("no", "They said no, or not yet")],
        error_messages={"required": "Select what they said"},
    )  # fmt: skip
    way = forms.ChoiceField(
        label="How may the buddy reach them?", widget=forms.RadioSelect,
        error_messages={"required": "Select how they may be reached"},
    )  # fmt: skip
    channel = forms.ChoiceField(
        label="How they told us", widget=forms.RadioSelect, choices=list(CONTACT_CHANNELS.items()), initial="phone",
        error_messages={"required": "Select how they told us"},
    )  # fmt: skip

    def set_up(self) -> None:
        self.matches = Match.objects.of(self.enquiry).select_related("buddy")
        self.suggestions = suggestions_for(self.enquiry)
        self.ways = {f"{person.pk}-{way}": (person, way) for person, way in ways_to_reach(self.enquiry)}
        labels = dict(Match.ReachBy.choices)
        self.fields["buddy"].choices = [(str(one.candidate.key), one.candidate.name) for one in self.suggestions]
        self.fields["way"].choices = [
            (key, f"{person.first_name or 'First person'}: {labels[way].lower()}")
            for key, (person, way) in self.ways.items()
        ]
        hints = {str(one.candidate.key): ". ".join(one.reasons) for one in self.suggestions}
        self.looks = {
            "buddy": Look(legend="m", hints=hints), "answer": Look(legend="s"), "way": Look(legend="s"),
            "channel": Look(legend="s", small=True),
        }  # fmt: skip

    def clean(self):
        if self.cleaned_data.get("answer") == "no":
            self.add_error("answer", "Nobody is introduced without their yes. You can ask again another time.")

    def details(self) -> dict:
        data = self.cleaned_data
        person, way = self.ways[data["way"]]
        return {
            "version": data["version"], "buddy": Buddy.objects.get(pk=data["buddy"]), "applicant": person,
            "reach_by": way, "wording": INTRODUCE, "channel": data["channel"],
        }  # fmt: skip


def suggestions_for(enquiry) -> list[Suggestion]:
    """Everybody who has room, the best fit first."""
    safe = getattr(enquiry, "safe_contact", None)
    wanted = Wanted(
        area=enquiry.authority_id, interests=frozenset(enquiry.interests), language=safe.language if safe else "",
        never=enquiry.not_authority_id,
    )  # fmt: skip
    buddies = Buddy.objects.filter(active=True).with_load().prefetch_related("areas")
    return suggest(
        wanted,
        [
            Candidate(
                key=one.pk, name=one.name, areas={area.pk: area.name for area in one.areas.all()},
                interests=frozenset(one.interests), languages=frozenset(one.languages), load=one.load,
                most=one.most_at_once,
            )
            for one in buddies
        ],
    )  # fmt: skip


class EndMatchForm(DesignForm):
    looks = {"why": Look(legend="m")}
    why = forms.ChoiceField(
        label="Why does it end?", widget=forms.RadioSelect,
        choices=[(one.value, one.label) for one in (Match.Why.DONE, Match.Why.HOUSEHOLD, Match.Why.BUDDY_CANNOT)],
        error_messages={"required": "Select why it ends"},
    )  # fmt: skip


class ContactForm(DesignForm):
    """What a buddy tells us: on which day they spoke, and a sentence."""

    looks = {"words": Look(count=True)}
    on = DesignDateField(label="When did you speak?", latest=today, error_messages={"required": "Enter the day"})
    words = forms.CharField(
        label="A sentence for us", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What you talked about, or what they would like from us. Leave out what is only between you.",
    )  # fmt: skip

    def __init__(self, data=None):
        super().__init__(data, initial={"on": today()})
