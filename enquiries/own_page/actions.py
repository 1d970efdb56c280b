"""What people may do on their own page: one table. Address, form, words and the one service that each page calls."""

from collections.abc import Callable
from dataclasses import dataclass

from enquiries import journey
from enquiries.callbacks.services import book_callback
from enquiries.councils.wishes import may_ask_for_another
from enquiries.models import Enquiry
from enquiries.own_page import forms, household_forms, services


def _always(enquiry: Enquiry) -> bool:
    return True


def _open(enquiry: Enquiry) -> bool:
    return enquiry.is_open


def _may_be_rung(enquiry: Enquiry) -> bool:
    return enquiry.is_open and enquiry.may_be_rung


def _closed(enquiry: Enquiry) -> bool:
    return enquiry.stage == journey.Stage.CLOSED


@dataclass(frozen=True)
class Action:
    name: str  # of the URL, after "own_page_"
    path: str
    form: type[forms.OwnForm]
    service: Callable
    title: str
    button: str
    done: str
    offered: Callable[[Enquiry], bool]
    hint: str = ""  # under its link on the page
    intro: str = ""
    heading: bool = True  # the page's h1 is the title; else a field is
    red: bool = False
    template: str = "own_page/do.html"
    overwrites: bool = False  # its form shows what is held: what changed meanwhile must not be lost

    @property
    def url_name(self) -> str:
        return f"own_page_{self.name}"


ACTIONS = (
    Action(
        "callback", "call-back/", forms.CallbackForm, book_callback,
        "Choose when we ring you", "Book this time", "Booked. We ring you at that time.", _may_be_rung,
        hint="At a time that suits you.", heading=False, template="own_page/callback.html",
    ),
    Action(
        "message", "message/", forms.MessageForm, services.write_to_us,
        "Ask us or tell us something", "Send", "We have your message, and answer you.", _always,
        hint="Somebody from our team answers.",
    ),
    Action(
        "details", "details/", household_forms.DetailsForm, services.change_details,
        "Change your details", "Save", "Your details are changed.", _always,
        hint="Names, telephone, email, postcode.", overwrites=True,
    ),
    Action(
        "contact", "contact/", household_forms.ContactForm, services.change_contact,
        "Change how we contact you", "Save", "From now on we keep to this.", _always,
        intro="Some people have not told everybody at home yet. We keep to what you say here, every time.",
        overwrites=True,
    ),
    Action(
        "consents", "agreed/", household_forms.ConsentsForm, services.change_consents,
        "Change what you have agreed to", "Save", "We have your answers.", _always,
        hint="Sharing with a council, news, research.",
        intro="You can change your mind at any time. We keep each answer with its date.", overwrites=True,
    ),
    Action(
        "another_council", "another-council/", forms.AnotherCouncilForm, services.ask_for_another,
        "I would like another council", "Send", "Thank you for telling us. We look into it, and talk with you first.",
        may_ask_for_another, hint="Tell us which, or leave it to us.",
        intro="That is fine, and you need not say why. We talk with you before anything changes, and what you write "
        "here is not shown to a council.",
    ),
    Action(
        "feedback", "feedback/", forms.FeedbackForm, services.give_feedback,
        "Tell us how we are doing", "Send", "Thank you for telling us.", _always,
        hint="It changes nothing about your enquiry.",
    ),
    Action(
        "not_yet", "not-yet/", forms.NotYetForm, services.say_not_yet,
        "Not yet", "Save", "That is fine. We have noted the day.", _open,
        intro="Not yet is fine. Tell us when to ask you again. We do not ring before.",
    ),
    Action(
        "stop", "stop/", forms.StopForm, services.stop,
        "Stop", "Stop my enquiry", "We have stopped. Thank you for asking, and you are welcome back.", _open,
        intro="You can stop at any time, and come back at any time.", red=True,
    ),
    Action(
        "begin_again", "begin-again/", forms.BeginAgainForm, services.ask_to_begin_again,
        "Begin again", "Begin again", "Welcome back. We are in touch soon.", _closed,
        intro="You are welcome back. You need not tell us everything again.",
    ),
)  # fmt: skip
ALWAYS = ("contact", "not_yet", "stop")  # the buttons that are always there


def offered(enquiry: Enquiry) -> list[Action]:
    """What they may do now, in the order of the table."""
    return [action for action in ACTIONS if action.offered(enquiry)]
