"""The public pages around the enquiry: what people want to know before they ask, and what the law asks us to say."""

from functools import wraps

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from enquiries.campaigns.arrival import remember_arrival
from enquiries.intake.promise import ring_by
from enquiries.models import Event
from enquiries.site.opening import opening
from enquiries.site.steps import promised_days
from hub.models import Authority, PostcodeDirectory
from hub.working_time import today

EVENTS_ON_HOME = 3


def page(view):
    """A page to read: by GET alone, and how somebody came to it is remembered if it is their first."""

    @require_safe
    @wraps(view)
    def shown(request):
        remember_arrival(request)
        return render(request, f"public/{view.__name__}.html", view(request))

    return shown


@page
def home(request):
    return {
        "councils": list(Authority.objects.members_on(today())),
        "days": promised_days(),
        "events": list(Event.objects.public(timezone.now())[:EVENTS_ON_HOME]),
        "opening": opening(),
        "ring_by": ring_by(),
    }


@page
def could_i_foster(request):
    return {"ring_by": ring_by()}


@page
def what_happens_next(request):
    return {"days": promised_days(), "ring_by": ring_by()}


@page
def what_you_are_paid(request):
    return {}


@page
def our_councils(request):
    return {"councils": list(Authority.objects.members_on(today()))}


@page
def contact(request):
    return {"opening": opening(), "ring_by": ring_by()}


@page
def privacy(request):
    return {}


@page
def accessibility(request):
    return {}


@page
def cookies(request):
    return {}


@page
def licences(request):
    return {"directory": PostcodeDirectory.objects.order_by("-loaded_at").first()}
