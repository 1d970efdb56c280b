"""A handful of cases that the real services have just moved, so that each page of the demo has something to do."""

import datetime

from django.utils import timezone

from enquiries.eoi.services import return_eoi
from enquiries.intake.origins import Came
from enquiries.intake.services import Intake, Person, receive_enquiry
from enquiries.intake.wording import share_wording
from enquiries.models import Enquiry, EoiSection
from enquiries.services import assign_enquiry, record_activity
from handover.demo.expressions import parts_for
from handover.services import answer_handover, open_handover, send_handover
from hub.models import Authority, User
from hub.working_time import LONDON, local_date, working_time


class Live:
    def __init__(self, postcodes: dict[str, list[str]]):
        self.postcodes = postcodes
        self.calendar = working_time()
        self.ruth, self.callum, self.priya = (
            User.objects.get(email=f"{name}@hub.example.org") for name in ("worker", "worker2", "worker3")
        )
        self.manager = User.objects.get(email="manager@hub.example.org")

    def make(self) -> int:
        """All of them; gives how many."""
        before = Enquiry.objects.count()
        self.two_waiting_at_gateshead()
        self.one_accepted_at_newcastle()
        self.one_that_nobody_rang()
        self.one_to_be_rung_with_care()
        self.one_that_belongs_nowhere()
        self.one_whose_council_has_no_agreement()
        self.one_to_authorise()
        self.one_filling_it_in()
        self.one_returned_to_be_completed()
        self.one_just_in()
        return Enquiry.objects.count() - before

    def ago(self, working_days: int, hour: int = 10, minute: int = 20) -> datetime.datetime:
        """A moment that many working days ago; for 0 this morning, or just now if it is earlier still."""
        day, now = local_date(timezone.now()), timezone.now()
        while working_days > 0:
            day -= datetime.timedelta(days=1)
            working_days -= self.calendar.is_working_day(day)
        at = datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=LONDON)
        return min(at, now - datetime.timedelta(minutes=5))

    def enquiry(self, code: str, *people: Person, owner=None, agreed: bool = True, **changes) -> Enquiry:
        postcode = self.postcodes.get(code, [""])[-1]
        fields = {
            "channel": "web", "received_at": self.ago(8), "applicants": list(people), "postcode": postcode,
            "source": "word_of_mouth", "spare_room": "yes", "interests": ["short_term", "siblings"],
            "consents": {"share_with_authority": (agreed, share_wording("yes" if agreed else "no"))},
        }  # fmt: skip
        enquiry = receive_enquiry(intake=Intake(**{**fields, **changes}), recorder="enquirer", acknowledge=False)
        if owner:
            assign_enquiry(enquiry=enquiry, to=owner, by=owner)
        return enquiry

    def record(self, enquiry: Enquiry, kind: str, by: User, days: int, **details) -> None:
        at = max(self.ago(days, 11, 5), enquiry.received_at + datetime.timedelta(minutes=1))
        record_activity(enquiry=enquiry, kind=kind, by=by, occurred_at=at, **details)

    def made_ready(self, code: str, *people: Person, owner: User, **changes) -> Enquiry:
        enquiry = self.enquiry(code, *people, owner=owner, **changes)
        self.record(enquiry, "conversation", owner, 7, channel="phone", note="Both keen. First visit agreed.")
        self.record(enquiry, "initial_visit", owner, 3, note="Warm home, spare room with a desk.")
        self.fill_in(enquiry, 2, by=owner)
        self.record(enquiry, "eoi_submitted", owner, 2)
        self.record(enquiry, "eoi_authorised", self.manager, 1)
        return enquiry

    def two_waiting_at_gateshead(self) -> None:
        gateshead = Authority.objects.get(gss_code="E08000037")
        couple = self.made_ready(
            "E08000037",
            Person("Amara", "Okafor", "amara.okafor@example.org", "+447700900461"),
            Person("Chidi", "Okafor"),
            owner=self.ruth,
            message="We have talked about this for years and our youngest has just left home.",
        )
        send_handover(enquiry=couple, authority=gateshead, by=self.ruth)
        single = self.made_ready(
            "E08000037", Person("Denise", "Stobbs", "denise.stobbs@example.org", "+447700900172"), owner=self.callum
        )
        handover = send_handover(enquiry=single, authority=gateshead, by=self.callum)
        open_handover(handover=handover, by=User.objects.get(email="worker@gateshead.example.org"))

    def one_accepted_at_newcastle(self) -> None:
        enquiry = self.made_ready(
            "E08000021",
            Person("Harpreet", "Kaur", "harpreet.kaur@example.org", "+447700900350"),
            Person("Jaspreet", "Singh"),
            owner=self.priya,
        )
        handover = send_handover(enquiry=enquiry, authority=Authority.objects.get(gss_code="E08000021"), by=self.priya)
        answer_handover(handover=handover, by=User.objects.get(email="worker@newcastle.example.org"), answer="accepted")

    def one_that_nobody_rang(self) -> None:
        self.enquiry(
            "E06000047",
            Person("Kirsty", "Blenkinsop", "kirsty.blenkinsop@example.org", "+447700900288"),
            owner=self.ruth,
            received_at=self.ago(4, 19, 42),
        )

    def one_to_be_rung_with_care(self) -> None:
        self.enquiry(
            "E08000022",
            Person("Layla", "Haddad", "layla.haddad@example.org", "+447700900914"),
            owner=self.ruth,
            received_at=self.ago(1, 20, 15),
            safe_contact={
                "leave_message": False, "say_who": False, "by_email": False, "when": "evening",
                "notes": "Mobile only, after 18:00.",
            },
        )  # fmt: skip

    def one_that_belongs_nowhere(self) -> None:
        self.enquiry(
            "",
            Person("Wei", "Zhang", "wei.zhang@example.org", "+447700900633"),
            received_at=self.ago(1, 14, 5),
            postcode="NE99 9ZZ",
            message="We move to the coast next month and do not have the new address yet.",
        )

    def one_whose_council_has_no_agreement(self) -> None:
        self.made_ready(
            "E06000003", Person("Gary", "Hindmarsh", "gary.hindmarsh@example.org", "+447700900745"), owner=self.ruth
        )

    def one_to_authorise(self) -> None:
        enquiry = self.enquiry(
            "E06000057", Person("Sheila", "Ridley", "sheila.ridley@example.org", "+447700900507"), owner=self.callum
        )
        self.record(enquiry, "conversation", self.callum, 6, channel="phone", note="Ready for the next step.")
        self.fill_in(enquiry, 1)
        self.record(enquiry, "eoi_submitted", self.callum, 1)

    def one_filling_it_in(self) -> None:
        enquiry = self.enquiry(
            "E06000047",
            Person("Marion", "Heslop", "marion.heslop@example.org", "+447700900519"),
            Person("Paul", "Heslop"),
            owner=self.ruth,
        )
        self.record(enquiry, "conversation", self.ruth, 5, channel="phone", note="They would like to go on.")
        self.record(enquiry, "eoi_invited", self.ruth, 4)
        self.fill_in(enquiry, 2, share=0.4)

    def one_returned_to_be_completed(self) -> None:
        enquiry = self.enquiry(
            "E08000024", Person("Femi", "Adeyemi", "femi.adeyemi@example.org", "+447700900258"), owner=self.ruth
        )
        self.record(enquiry, "conversation", self.ruth, 6, channel="video", note="Has thought it through.")
        self.fill_in(enquiry, 3)
        self.record(enquiry, "eoi_submitted", self.ruth, 3)
        missing = {"home": "Does the landlord agree? If you rent, please say whom you have asked."}
        return_eoi(enquiry=enquiry, by=self.manager, missing=missing, note="Nearly there.")

    def fill_in(self, enquiry: Enquiry, days: int, **how) -> None:
        rows = parts_for(enquiry, list(enquiry.applicants.all()), at=self.ago(days, 10, 40), **how)
        EoiSection.objects.bulk_create(rows)

    def one_just_in(self) -> None:
        self.enquiry(
            "E08000024",
            Person("Joanne", "Proud", "joanne.proud@example.org", "+447700900826"),
            received_at=timezone.now() - datetime.timedelta(minutes=12),
            source="social_media",
            campaign="fb-always-on",
            came=Came(utm_source="facebook", utm_campaign="fb-always-on", referrer="facebook.com", landed_on="/"),
        )
