"""Writing the demo's history in bulk: the same rows that the single writer would have made, with their state."""

import datetime
from dataclasses import asdict, dataclass, field
from random import Random

from django.db import connection, transaction

from enquiries.eoi.wording import checks_wording
from enquiries.intake.wording import KEEP_IN_TOUCH, share_wording
from enquiries.journey import Stage
from enquiries.models import Activity, Applicant, Consent, Enquiry, EoiSection, Origin, RoutingDecision, SafeContact
from enquiries.services import new_reference, standard_days_from_database
from enquiries.state import STATE_FIELDS, state_of
from handover.demo.campaigns import NUMBERS
from handover.demo.expressions import parts_for
from handover.demo.households import Household
from handover.demo.story import COUNCIL, HUB, MANAGER, Happened
from handover.models import Handover
from handover.package import SCHEMA_VERSION, build_package, package_hash
from hub.models import Authority, PostcodeDirectory, User
from hub.working_time import WorkingTime

PACKED_SINCE = datetime.timedelta(days=10)


@dataclass
class Cast:
    """Who did what: the hub's three workers and its manager, and a person of each council."""

    workers: list[User]
    manager: User
    council: dict[int, User]

    @classmethod
    def from_database(cls) -> "Cast":
        people = list(User.objects.active().order_by("pk"))
        return cls(
            workers=[p for p in people if p.role == "hub_worker"],
            manager=next(p for p in people if p.role == "hub_manager"),
            council={p.authority_id: p for p in reversed(people) if p.authority_id},
        )


@dataclass
class Rows:
    enquiries: list[Enquiry] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    applicants: list[Applicant] = field(default_factory=list)
    safe_contacts: list[SafeContact] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    routing: list[RoutingDecision] = field(default_factory=list)
    handovers: list[Handover] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    expressions: list[EoiSection] = field(default_factory=list)


class Builder:
    """Turns households into rows. Keys are taken from the sequences first, so that state is worked out before a write.

    The same dice give the same references and recording times.
    """

    def __init__(self, dice: Random, calendar: WorkingTime, now: datetime.datetime):
        self.dice, self.calendar, self.now = dice, calendar, now
        self.rows, self.cast = Rows(), Cast.from_database()
        self.authorities = {authority.gss_code: authority for authority in Authority.objects.all()}
        self.members = set(Authority.objects.members_on(now.date()).values_list("gss_code", flat=True))
        self.directory = PostcodeDirectory.objects.order_by("-loaded_at").first()
        self.references = set(Enquiry.objects.values_list("reference", flat=True))
        self.standard_days = standard_days_from_database()

    def write(self, households: list[Household]) -> list[Enquiry]:
        """All of them in one transaction; gives the enquiries."""
        with transaction.atomic():
            keys = iter(_keys(Enquiry, len(households)))
            fact_keys = iter(_keys(Activity, sum(len(household.facts) for household in households)))
            for household in households:
                self.add(household, next(keys), fact_keys)
            for rows in (
                self.rows.enquiries, self.rows.applicants, self.rows.safe_contacts, self.rows.consents,
                self.rows.routing, self.rows.activities, self.rows.origins, self.rows.expressions,
            ):  # fmt: skip
                _insert(rows)
            self.pack_recent()
            _insert(self.rows.handovers)
        return self.rows.enquiries

    def add(self, household: Household, key: int, fact_keys) -> None:
        residence = self.authorities.get(household.residence)
        chosen = self.authorities.get(household.chosen)
        authority = chosen or (residence if household.residence in self.members else None)
        owner = self.cast.workers[household.owner % len(self.cast.workers)]
        enquiry = Enquiry(
            pk=key, reference=self.reference(), received_at=household.received_at, created_at=household.received_at,
            channel=household.channel, source=household.source, campaign=household.campaign,
            postcode=household.postcode, spare_room=household.spare_room, interests=household.interests,
            message=household.message, residence=residence, chosen_authority=chosen, authority=authority,
            chosen_why="I work there." if chosen else "",
            owner=owner if any(fact.kind == "assigned" for fact in household.facts) else None,
        )  # fmt: skip
        facts = self.facts(household, enquiry, owner, fact_keys)
        state = asdict(state_of(facts, calendar=self.calendar, standard_days=self.standard_days))
        for name in STATE_FIELDS:
            setattr(enquiry, name, state[name])
        self.rows.enquiries.append(enquiry)
        self.rows.activities += facts
        self.add_person_details(household, enquiry)
        self.add_routing(household, enquiry)
        self.add_origin(household, facts[0])
        self.add_expression(household, enquiry, facts, owner)
        self.add_handovers(facts, enquiry)

    def reference(self) -> str:
        while True:
            reference = new_reference(self.dice.choice)
            if reference not in self.references:
                self.references.add(reference)
                return reference

    def facts(self, household: Household, enquiry: Enquiry, owner: User, keys) -> list[Activity]:
        made: dict[int, Activity] = {}
        holder = None
        for happened in household.facts:
            details = dict(happened.details)
            if "authority" in details:
                holder = details["authority"] = self.authorities[details["authority"]]
            if happened.kind == "assigned":
                details["note"] = f"Now with {owner.name}"
            made[id(happened)] = Activity(
                pk=next(keys), enquiry=enquiry, kind=happened.kind, occurred_at=happened.at,
                about=made.get(id(happened.about)), **details, **self.recorder(happened, owner, holder),
            )  # fmt: skip
        return list(made.values())

    def recorder(self, happened: Happened, owner: User, holder: Authority | None) -> dict:
        """Who recorded it, and when: soon after it happened, a council's dates within some days."""
        minutes = self.dice.randint(2, 45)
        if happened.who == COUNCIL and happened.at.hour == 0:
            minutes += 60 * self.dice.randint(9, 60)
        if happened.kind in ("received", "message_sent"):
            minutes = 0
        person = {HUB: owner, MANAGER: self.cast.manager}.get(happened.who)
        if happened.who == COUNCIL:
            person = self.cast.council.get(holder.pk) if holder else None
        at = min(happened.at + datetime.timedelta(minutes=minutes), self.now)
        return {"recorded_at": at, "recorded_by": person, "recorder": "person" if person else "system"}

    def add_person_details(self, household: Household, enquiry: Enquiry) -> None:
        for position, person in enumerate(household.people, start=1):
            self.rows.applicants.append(Applicant(enquiry=enquiry, position=position, **asdict(person)))
        safe = {"by_text": household.channel == "web" and self.dice.random() < 0.5, **household.safe_contact}
        self.rows.safe_contacts.append(SafeContact(enquiry=enquiry, **safe))
        agreed = enquiry.held_by_id is not None or self.dice.random() < 0.9
        said = {
            Consent.Purpose.SHARE: (agreed, share_wording("yes" if agreed else "no")),
            Consent.Purpose.KEEP_IN_TOUCH: (self.dice.random() < 0.6, KEEP_IN_TOUCH),
        }
        self.rows.consents += [
            Consent(
                enquiry=enquiry, purpose=purpose, given=given, wording=wording, channel=household.channel,
                at=household.received_at,
            )
            for purpose, (given, wording) in said.items()
        ]  # fmt: skip

    def add_routing(self, household: Household, enquiry: Enquiry) -> None:
        residence = enquiry.residence
        if enquiry.chosen_authority:
            rule, why = "chosen", f"They chose {enquiry.chosen_authority}."
        elif enquiry.authority:
            rule, why = "residence", f"Their postcode is in {residence}."
        elif residence:
            rule, why = "out_of_region", f"Their postcode is in {residence}, which is not one of our councils."
        elif household.postcode:
            rule, why = "unknown_postcode", "The postcode directory does not have their postcode."
        else:
            rule, why = "no_postcode", "They gave no postcode."
        self.rows.routing.append(
            RoutingDecision(
                enquiry=enquiry, at=household.received_at, rule=rule, explanation=why,
                chosen=enquiry.chosen_authority, residence=residence, authority=enquiry.authority,
                directory=self.directory,
            )
        )  # fmt: skip

    def add_origin(self, household: Household, received: Activity) -> None:
        link = household.campaign if household.channel == "web" else ""
        dialled = NUMBERS.get(household.campaign, "") if household.channel == "phone" else ""
        if household.source or link or dialled:
            self.rows.origins.append(Origin(fact=received, heard=household.source, utm_campaign=link, dialled=dialled))

    def add_expression(self, household: Household, enquiry: Enquiry, facts: list[Activity], owner: User) -> None:
        """The form of whoever sent one, and of some who are filling it in; half of them do it themselves."""
        sent = next((fact for fact in facts if fact.kind == "eoi_submitted"), None)
        number = int(enquiry.reference[-1])
        begun = enquiry.stage == Stage.IN_TOUCH and number % 3 == 0
        if sent is None and not begun:
            return
        people = self.rows.applicants[-len(household.people) :]
        at, by = (sent or facts[-1]).occurred_at, owner if number % 2 else None
        self.rows.expressions += parts_for(enquiry, people, at=at, by=by, share=1 if sent else number / 10)
        if sent is not None:
            self.rows.consents.append(
                Consent(
                    enquiry=enquiry, purpose=Consent.Purpose.CHECKS, given=True, wording=checks_wording("yes"),
                    channel="phone" if by else "web", at=at, recorded_by=by,
                )
            )  # fmt: skip

    def add_handovers(self, facts: list[Activity], enquiry: Enquiry) -> None:
        sent = [fact for fact in facts if fact.kind == "handover_sent"]
        for number, fact in enumerate(sent, start=1):
            about = {f.kind.removeprefix("handover_"): f for f in facts if f.about is fact}
            opened = about.pop("opened", None)
            answer, answered = next(iter(about.items()), ("opened" if opened else "sent", None))
            if answer == "accepted" and not enquiry.is_open:
                answer = "completed"
            self.rows.handovers.append(
                Handover(
                    reference=f"{enquiry.reference}-H{number}", enquiry=enquiry, authority=fact.authority,
                    sent_fact=fact, state=answer, sent_at=fact.occurred_at, sent_by=fact.recorded_by,
                    opened_at=opened.occurred_at if opened else None,
                    opened_by=opened.recorded_by if opened else None,
                    answered_at=answered.occurred_at if answered else None,
                    answered_by=answered.recorded_by if answered else None,
                    reason=answered.reason if answered else "",
                )
            )  # fmt: skip

    def pack_recent(self) -> None:
        """A package as sent for what councils' people will open first; older handovers count as history without one."""
        for handover in self.rows.handovers:
            if handover.state in Handover.OPEN_STATES and self.now - handover.sent_at < PACKED_SINCE:
                enquiry = Enquiry.objects.get(pk=handover.enquiry_id)
                handover.package = build_package(
                    enquiry, handover.authority, reference=handover.reference, sent_at=handover.sent_at
                )
                handover.package_schema = SCHEMA_VERSION
                handover.package_sha256 = package_hash(handover.package)


def _insert(rows: list) -> None:
    if rows:
        type(rows[0]).objects.bulk_create(rows, batch_size=1000)


def _keys(model, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor]
