"""Who lives there, the home, children elsewhere, pets."""

from django import forms

from enquiries.eoi.base import PartForm, Rows
from enquiries.eoi.fields import YES_NO, Paragraph, Words, age, first_name, radios
from enquiries.models import PostalAddress
from hub.design.forms import Look


class HouseholdForm(PartForm):
    looks = {"others": Look(legend="m", inline=True)}
    others = radios(
        "Does anybody else live with you, or stay often?", YES_NO, "Select yes if anybody else lives with you",
        help_text="Besides you who would foster: children, grown-up children, parents, lodgers; and whoever stays over "
        "at weekends or in the holidays.",
    )  # fmt: skip
    rows = Rows(
        "people", "Person", "Add another person",
        {
            "name": first_name(),
            "age": age(),
            "relation": Words(
                label="Who they are to you", required=False, max_length=60,
                help_text="For example, daughter, my mother, lodger",
                error_messages={"required": "Enter who they are to you, like daughter or lodger"},
            ),
            "stays": radios(
                "How much they are here", [("lives", "They live here"), ("often", "They stay often")],
                "Select if they live here or stay often", required=False,
            ),
        },
        when=("others", "yes"), none_yet="Enter the first name of somebody who lives with you or stays often",
    )  # fmt: skip
    needed_in_row = ("name", "age", "relation", "stays")

    def set_up(self) -> None:
        names = " and ".join(one.first_name for one in self.enquiry.applicants.all() if one.first_name)
        if names:
            self.fields["others"].label = f"Does anybody live with you besides {names}, or stay often?"
            self.fields[
                "others"
            ].help_text = (
                "Children, grown-up children, parents, lodgers; and whoever stays over at weekends or in the holidays."
            )


class HomeForm(PartForm):
    writes_back = ("spare_room",)
    looks = {
        "address": Look(),
        "tenure": Look(legend="m", reveals={"rent": ("landlord", "permission")}),
        "landlord": Look(small=True),
        "permission": Look(small=True),
        "bedrooms": Look(width="2"),
        "spare_room": Look(legend="m"),
        "smoking": Look(legend="m"),
    }
    address = Paragraph(
        label="Your address", max_length=250, rows=3, error_messages={"required": "Enter your address"},
        help_text="So that we know where to visit you.",
    )  # fmt: skip
    tenure = radios(
        "Is your home your own, or rented?",
        [("own", "Our own, with or without a mortgage"), ("rent", "Rented"), ("family", "It belongs to family"),
         ("job", "It comes with a job"), ("other", "Something else")],
        "Select if your home is your own or rented", help_text="You can foster in any of them.",
    )  # fmt: skip
    landlord = radios(
        "Who do you rent from?",
        [("council", "A council"), ("association", "A housing association"), ("private", "A private landlord")],
        "Select who you rent from", required=False,
    )  # fmt: skip
    permission = radios(
        "Does your landlord agree that you foster?",
        [("yes", "Yes"), ("asked", "We have asked, and wait for an answer"), ("not_asked", "We have not asked yet")],
        "Select if your landlord agrees", required=False, help_text="We can help you to ask.",
    )  # fmt: skip
    bedrooms = forms.IntegerField(
        label="How many bedrooms are there?", min_value=0, max_value=20,
        error_messages={
            "required": "Enter how many bedrooms there are", "invalid": "Enter the bedrooms as a number, like 3",
            "min_value": "The number of bedrooms must be 0 or more",
            "max_value": "The number of bedrooms must be 20 or less",
        },
    )  # fmt: skip
    spare_room = radios(
        "Is one of them free for a child?", [("yes", "Yes"), ("not_yet", "Not yet"), ("no", "No")],
        "Select if a bedroom is free for a child",
    )  # fmt: skip
    smoking = radios(
        "Does anybody at home smoke or vape?",
        [("no", "No"), ("outside", "Only outside"), ("yes", "Yes")], "Select if anybody at home smokes or vapes",
        help_text="It matters most for babies and small children.",
    )  # fmt: skip

    @classmethod
    def known_of(cls, enquiry):
        post = PostalAddress.objects.filter(enquiry=enquiry).first()
        return super().known_of(enquiry) | ({"address": post.lines} if post else {})

    def set_up(self) -> None:
        if self.enquiry.postcode:
            self.fields[
                "address"
            ].help_text = f"So that we know where to visit you. We have your postcode: {self.enquiry.postcode}."

    def clean(self):
        self.ask_when("tenure", "rent", "landlord", "permission")


class ChildrenForm(PartForm):
    looks = {"elsewhere": Look(legend="m", inline=True), "view": Look(count=True)}
    elsewhere = radios(
        "Do you have children who live somewhere else?", YES_NO, "Select yes if you have children who live elsewhere",
        help_text="Grown-up ones too. Those who live with you we know from “Who lives with you”.",
    )  # fmt: skip
    view = Paragraph(
        label="What do the children in your life think about fostering?", required=False, max_length=1000,
        help_text="Your own, grandchildren, nieces and nephews. It is fine if you have not talked about it yet.",
    )  # fmt: skip
    rows = Rows(
        "children", "Child", "Add another child",
        {
            "name": first_name(),
            "age": age(),
            "contact": Words(
                label="How often you see each other", required=False, max_length=100,
                help_text="For example, every other weekend",
                error_messages={"required": "Enter how often you see each other"},
            ),
        },
        when=("elsewhere", "yes"), none_yet="Enter the first name of a child who lives elsewhere",
    )  # fmt: skip
    needed_in_row = ("name", "age", "contact")


class PetsForm(PartForm):
    looks = {"pets": Look(legend="m", reveals={"yes": ("which",)}), "which": Look(count=True)}
    pets = radios("Do you have any pets?", YES_NO, "Select yes if you have any pets")
    which = Paragraph(
        label="Which, how many, and how are they with children?", required=False, max_length=500, rows=3,
        error_messages={"required": "Enter which pets you have"},
    )  # fmt: skip

    def clean(self):
        self.ask_when("pets", "yes", "which")
