"""The demo's hub, councils, agreements, people and postcodes."""

import datetime

from django.contrib.auth.hashers import make_password
from django.db import connection

from handover.demo.households import OUTSIDE, SHARES
from handover.models import Agreement
from hub.models import Authority, Hub, PostcodeDirectory, User
from hub.people.demo import DEMO_PASSWORD, DEMO_PEOPLE
from hub.people.roles import Role
from hub.places.postcodes import load_postcodes, package_rows, package_vintage
from hub.places.services import configure_hub, set_up_hub
from hub.working_time import today

NAME = "Fostering Together North East"
SINCE = datetime.date(2023, 9, 1)
AREAS = "CDNST"  # the first letters of the region's postcodes, Carlisle's and Berwick's among them
# Its agreement has run out, so that the refusal to send can be seen.
WITHOUT_AGREEMENT = "E06000003"  # Redcar and Cleveland
# Its team is still practising: nothing is sent to it yet.
NOT_READY = "E06000001"  # Hartlepool
NOT_READY_WHY = "The team begins with the portal next month. Until now referrals came by email."
# One person of each council that has no sample sign-in, so that answers have a name. They have no password.
COUNCIL_PEOPLE = {
    "E06000001": "Denise Harbottle", "E06000002": "Tariq Mahmood", "E06000003": "Gillian Raine",
    "E06000004": "Ross Emmerson", "E06000005": "Lorraine Pattison", "E06000047": "Anita Blenkinsop",
    "E06000057": "Stuart Charlton", "E08000022": "Mei Lim", "E08000023": "Kerry Thirlwell", "E08000024": "Chidi Nwosu",
}  # fmt: skip


def make_region() -> Hub:
    """Hub, members, agreements and people; what is there stays as it is."""
    hub, made = set_up_hub(name=NAME, members=SHARES, since=SINCE)
    make_people()
    if made or not hub.telephone:
        hub = configure_hub(
            strapline="Twelve councils, one team, one number",
            region_name="the North East",
            telephone="0191 498 0100",  # a number for drama (Ofcom): nobody answers
            email="hello@hub.example.org",
            unallocated_owner="worker@hub.example.org",
        )
    if not Agreement.objects.exists():
        Agreement.objects.bulk_create(map(_agreement, Authority.objects.filter(gss_code__in=SHARES)))
    if made:
        Authority.objects.filter(gss_code=NOT_READY).update(portal=Authority.Portal.NOT_READY, portal_why=NOT_READY_WHY)
    return hub


def _agreement(authority: Authority) -> Agreement:
    ended = authority.gss_code == WITHOUT_AGREEMENT
    return Agreement(
        authority=authority,
        version="2.1",
        signed_by=f"Director of Children’s Services, {authority}",
        starts_on=SINCE,
        ends_on=agreement_ended() if ended else None,
    )


def agreement_ended() -> datetime.date:
    return today() - datetime.timedelta(days=12)


def not_ready_since() -> datetime.date:
    """From when on nothing was sent to the council that is not ready."""
    return today() - datetime.timedelta(days=30)


def make_people() -> None:
    """The sample sign-ins and the councils' people, each once."""
    there = set(User.objects.values_list("email", flat=True))
    authorities = {authority.gss_code: authority for authority in Authority.objects.all()}
    password = make_password(DEMO_PASSWORD)  # once: it is meant to be slow
    people = [(role, email, name, code, password) for role, email, name, code in DEMO_PEOPLE]
    for code, name in COUNCIL_PEOPLE.items():
        email = f"{name.lower().replace(' ', '.')}@council.example.org"
        people.append((Role.AUTHORITY_WORKER, email, name, code, make_password(None)))
    User.objects.bulk_create(
        User(role=role, email=email, name=name, authority=authorities.get(code), password=secret)
        for role, email, name, code, secret in people
        if email not in there
    )


def load_region_postcodes() -> str:
    """The package's postcodes with the region's first letters, where no directory is loaded; a sentence about it."""
    directory = PostcodeDirectory.objects.order_by("-loaded_at").first()
    if directory is None:
        rows = package_rows(AREAS)
        directory = load_postcodes(rows=rows, vintage=package_vintage(), areas=AREAS).directory
    part = f", only those that begin with {', '.join(directory.areas)}" if directory.areas else ""
    return f"Postcodes: {directory.postcodes:,} of {directory.vintage}{part}."


def some_postcodes(each: int = 250) -> dict[str, list[str]]:
    """The same postcodes of each council and neighbour on every run, spread over it; as people write them."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT authority_code, postcode FROM (SELECT authority_code, postcode,"
            " row_number() OVER (PARTITION BY authority_code ORDER BY md5(postcode)) AS place"
            " FROM hub_postcode WHERE authority_code = ANY(%s)) AS numbered WHERE place <= %s ORDER BY 1, place",
            [[*SHARES, *OUTSIDE], each],
        )
        for code, postcode in cursor:
            found.setdefault(code, []).append(f"{postcode[:-3]} {postcode[-3:]}")
    return found
