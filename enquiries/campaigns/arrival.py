"""How somebody came to the website: the signs of the first page of a visit, and the campaign that they point to."""

import re
from dataclasses import asdict
from urllib.parse import urlsplit

from django.http import HttpRequest

from enquiries.intake.origins import Came
from enquiries.models import Campaign, Origin

ARRIVAL = "arrival"
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_LONGEST = {field.name: field.max_length for field in Origin._meta.fields}
_SHORT_LINK = re.compile(r"/go/([^/]+)/")


def remember_arrival(request: HttpRequest) -> None:
    """Keep how this visit began, in the server's session: what a later page says of it does not replace the first.

    Somebody who typed our address has nothing to remember, and gets no cookie for it.
    """
    signs = _signs(request)
    if request.method == "GET" and signs and ARRIVAL not in request.session:
        request.session[ARRIVAL] = {**signs, "landed_on": clean("landed_on", request.path)}


def arrival_of(session) -> Came:
    """How this visit began, as far as it is known; `campaign_of` says which campaign that is."""
    kept = session.get(ARRIVAL) or {}
    return Came(**{name: text for name, text in kept.items() if name in asdict(Came())})


def campaign_of(came: Came) -> str:
    """The code of the campaign that the signs point to: named in a link, our short link, or the number dialled.

    Codes are known in any case, and given as the campaign writes them. One that nobody has set up is kept as it was
    written, so that its enquiries are found when somebody does. "" where nothing points to a campaign.
    """
    if came.utm_campaign:
        known = Campaign.objects.coded(came.utm_campaign)
        return known.code if known else came.utm_campaign
    if link := _SHORT_LINK.fullmatch(came.landed_on):
        known = Campaign.objects.coded(link[1])
    else:
        known = Campaign.objects.filter(telephone=came.dialled).first() if came.dialled else None
    return known.code if known else ""


def clean(name: str, text: str) -> str:
    """A sign as `Origin` keeps it: one line of what can be seen, cut where the column ends."""
    visible = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(visible.split())[: _LONGEST[name]]


def _signs(request: HttpRequest) -> dict[str, str]:
    signs = {name: clean(name, request.GET.get(name, "")) for name in UTM}
    signs["referrer"] = clean("referrer", _other_site(request))
    short_link = request.path if _SHORT_LINK.fullmatch(request.path) else ""
    return {name: text for name, text in {**signs, "landed_on": clean("landed_on", short_link)}.items() if text}


def _other_site(request: HttpRequest) -> str:
    """The host that led here: never its whole address, which may say what somebody was reading. "" for our own."""
    try:
        address = urlsplit(request.headers.get("Referer", ""))
        host = (address.hostname or "").removeprefix("www.")
    except ValueError:  # not an address at all
        return ""
    ours = request.get_host().split(":")[0].lower().removeprefix("www.")
    return host if address.scheme in ("http", "https") and host != ours else ""
