"""England's regional hubs as far as they are public: where somebody is referred who lives in another region.

Names and members are facts from the hubs' own pages and the programme's announcements. Telephone, email and website are
each hub's own to give: they are filled in on the page, by somebody who has asked. Of the South West's hub no list of
members was found; it has none here.
"""

from django.db import transaction

from hub.errors import Refused
from hub.models import Authority, NeighbourHub, User
from hub.working_time import today

# Name: the GSS codes of its member authorities.
HUBS: dict[str, str] = {
    "Foster with North East": """
        E06000005 E06000047 E08000037 E06000001 E06000002 E08000021 E08000022 E06000057 E06000003 E08000023
        E06000004 E08000024
    """,
    "Foster for East Midlands": "E06000015 E10000007 E06000018 E10000024",
    "Foster4": "E06000049 E06000050 E06000006 E08000011 E08000012 E08000013 E06000007 E08000015",
    "Foster with Us": "E06000008 E06000009 E06000063 E10000017 E06000064",
    "Local Community Fostering": "E09000031 E09000002 E09000016 E09000025 E09000026 E09000030",
    "Foster with West London": "E09000005 E09000009 E09000013 E09000017 E09000015 E09000018 E09000020 E09000033",
    "Local Authority Fostering South East": """
        E06000036 E06000043 E10000011 E10000014 E06000046 E10000016 E06000035 E06000042 E10000025 E06000044
        E06000038 E06000039 E06000045 E10000030 E06000037 E10000032 E06000041 E09000021 E09000027 E06000040
    """,
    "Foster East": """
        E10000020 E06000055 E10000003 E06000056 E10000012 E10000015 E06000032 E06000031 E06000033 E10000029
        E06000034
    """,
    "Foster for Greater Manchester": """
        E08000001 E08000002 E08000003 E08000004 E08000005 E08000006 E08000007 E08000008 E08000009 E08000010
    """,
    "Fostering South West": "",
}


@transaction.atomic
def make_neighbour_hubs() -> int:
    """Add those of England's hubs that are not there yet, except our own; gives how many. What is there stays as it is,
    because somebody may have mended it."""
    there = set(NeighbourHub.objects.values_list("name", flat=True))
    ours = set(Authority.objects.ever_members().values_list("gss_code", flat=True))
    made = 0
    for name, codes in HUBS.items():
        if name in there or ours & set(codes.split()):
            continue
        hub = NeighbourHub.objects.create(name=name)
        hub.authorities.set(_of_nobody_else(Authority.objects.filter(gss_code__in=codes.split()), hub))
        made += 1
    return made


@transaction.atomic
def save_neighbour_hub(
    *,
    by: User,
    name: str,
    authorities: list[Authority],
    hub: NeighbourHub | None = None,
    telephone: str = "",
    email: str = "",
    website: str = "",
) -> NeighbourHub:
    """Add another region's hub, or change one. `Refused` where its name is taken, or a council is ours or another's."""
    if not by.can("see_workload"):
        raise Refused("A manager can change this.")
    others = NeighbourHub.objects.exclude(pk=hub.pk) if hub else NeighbourHub.objects.all()
    if others.filter(name__iexact=name).exists():
        raise Refused(f"There is already a hub called {name}.")
    for authority in authorities:
        if Authority.objects.members_on(today()).filter(pk=authority.pk).exists():
            raise Refused(f"{authority} is one of our own councils.")
        if other := others.filter(authorities=authority).first():
            raise Refused(f"{authority} is a member of {other}. Take it out there first.")
    hub = hub or NeighbourHub()
    hub.name, hub.telephone, hub.email, hub.website = name, telephone, email, website
    hub.save()
    hub.authorities.set(authorities)
    return hub


def _of_nobody_else(authorities, hub: NeighbourHub) -> list[Authority]:
    """A council has one hub: where a manager put it elsewhere, there it stays."""
    return list(authorities.exclude(neighbour_hubs__in=NeighbourHub.objects.exclude(pk=hub.pk)))
