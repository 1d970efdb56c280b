"""The filters of Today: what a list can be narrowed down to, and how that is said."""

import datetime

import django_filters
from django import forms
from django.http import QueryDict
from django.utils.text import capfirst

from enquiries import journey
from enquiries.casework.orders import MOST_PRESSING, ORDERS
from enquiries.journey import OPEN_STAGES, STAGES
from enquiries.models import Campaign, Enquiry, EnquiryQuerySet
from hub.design.forms import DesignForm, Look
from hub.models import Authority, User
from hub.working_time import start_of_day, today

ME, NOBODY, NONE = "me", "nobody", "none"
ONLY = {
    "late": "Late",
    "never": "Never spoken with",
    "safe": "With a rule for safe contact",
    "interpreter": "Need an interpreter",
}
_A_DAY = {
    "input_formats": ["%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d"],
    "error_messages": {"invalid": "Enter a date, like 17/5/2026"},
    "widget": forms.DateInput(format="%-d/%-m/%Y"),
}


class FilterForm(DesignForm):
    """How the filters are drawn: by themselves, within the form that applies them."""

    mark_optional = False
    looks = {
        "stage": Look(small=True),
        "council": Look(small=True),
        "only": Look(small=True),
        "received_from": Look(width="10"),
        "received_to": Look(width="10"),
    }


def _several(label: str, method: str) -> django_filters.Filter:
    return django_filters.MultipleChoiceFilter(
        label=label, method=method, choices=[], widget=forms.CheckboxSelectMultiple
    )


def _one(label: str, nothing: str, **others) -> django_filters.Filter:
    return django_filters.ChoiceFilter(label=label, empty_label=nothing, **others)


class WorkListFilter(django_filters.FilterSet):
    """The filters that an address names; what makes no sense in it is left out."""

    sort = _one("Order", "Most pressing first", method="as_it_is", choices=[])
    owner = _one("Owner", "Anybody", method="owned", choices=[])
    only = _several("Only those who are", "narrowed")
    stage = _several("Stage", "in_stages")
    council = _several("Council", "of_councils")
    channel = _one("How they came to us", "Any way", choices=list(journey.CHANNELS.items()))
    source = _one("How they heard of us", "Anything", choices=list(journey.SOURCES.items()))
    campaign = _one("Campaign", "Any or none", method="by_campaign", choices=[])
    interest = _one("Would like to foster", "Anybody", method="interested", choices=list(journey.INTERESTS.items()))
    received_from = django_filters.DateFilter(label="Received from", method="received_since", **_A_DAY)
    received_to = django_filters.DateFilter(label="Received until", method="received_until", **_A_DAY)

    class Meta:
        model = Enquiry
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data: QueryDict, queryset: EnquiryQuerySet, *, viewer):
        super().__init__(data, queryset)
        self.viewer = viewer
        people = User.objects.caseworkers().values_list("pk", "name")
        councils = Authority.objects.members_on(today()).order_by("name").values_list("gss_code", "name")
        campaigns = Campaign.objects.order_by("name").values_list("code", "name")
        choices = {
            "sort": [(order.name, capfirst(order.in_words)) for order in ORDERS.values() if order != MOST_PRESSING],
            "owner": [(ME, "Me"), (NOBODY, "Nobody yet"), *((str(pk), name) for pk, name in people)],
            "only": list(ONLY.items()),
            "stage": [(stage.value, rule.label) for stage, rule in STAGES.items() if stage in OPEN_STAGES],
            "council": [*councils, (NONE, "None found")],
            "campaign": list(campaigns),
        }
        for name, some in choices.items():
            self.filters[name].extra["choices"] = some

    def as_it_is(self, enquiries, name, value):
        return enquiries  # the order is for the page to ask (orders.py)

    def owned(self, enquiries, name, value):
        if value == NOBODY:
            return enquiries.filter(owner__isnull=True)
        return enquiries.filter(owner=self.viewer.user.pk if value == ME else int(value))

    def narrowed(self, enquiries, name, value):
        ways = {
            "late": lambda some: some.overdue(self.viewer.now),
            "never": lambda some: some.filter(first_conversation_at__isnull=True),
            "safe": lambda some: some.with_safe_contact_rule(),
            "interpreter": lambda some: some.with_interpreter(),
        }
        for code in value:
            enquiries = ways[code](enquiries)
        return enquiries

    def in_stages(self, enquiries, name, value):
        return enquiries.filter(stage__in=value)

    def of_councils(self, enquiries, name, value):
        return enquiries.of_councils([code for code in value if code != NONE], or_none=NONE in value)

    def by_campaign(self, enquiries, name, value):
        return enquiries.by_campaign(value)

    def interested(self, enquiries, name, value):
        return enquiries.filter(interests__contains=[value])

    def received_since(self, enquiries, name, value):
        return enquiries.filter(received_at__gte=start_of_day(value))

    def received_until(self, enquiries, name, value):
        following = min(value, datetime.date.max - datetime.timedelta(days=1)) + datetime.timedelta(days=1)
        return enquiries.filter(received_at__lt=start_of_day(following))

    @property
    def chosen(self) -> dict[str, list[str]]:
        """What is chosen and makes sense, as an address says it."""
        cleaned = self.form.cleaned_data if self.form.is_valid() or self.form.errors else {}
        return {name: self.data.getlist(name) for name in self.filters if cleaned.get(name)}

    def in_words(self) -> list[dict]:
        """Each chosen filter with its values in words; the order is no filter."""
        said = []
        for name, values in self.chosen.items():
            if name != "sort":
                words = dict(getattr(self.form.fields[name], "choices", ()))
                tags = [{"value": value, "text": words.get(value, value)} for value in values]
                said.append({"name": name, "label": self.form.fields[name].label, "tags": tags})
        return said
