"""What the pages of one request look up, each thing once however many pages of the route ask for it."""

import datetime
from functools import cached_property

from enquiries.callbacks.services import Slot, slots_on_offer, times_to_ring
from enquiries.models import CallbackHours
from enquiries.routing import Routing, route
from hub.current import current
from hub.models import Authority, NeighbourHub
from hub.working_time import today


class Known:
    """Places, councils and times as they are now. Nothing is looked up before somebody asks."""

    def __init__(self) -> None:
        self._places: dict[str, Routing] = {}
        self.booked: datetime.datetime | None = None  # the time of a call that they have chosen before

    def place(self, postcode: str) -> Routing:
        """Where the postcode is: the same rules that will decide when the enquiry is received."""
        if postcode not in self._places:
            self._places[postcode] = route(postcode=postcode)
        return self._places[postcode]

    @cached_property
    def councils(self) -> list[Authority]:
        return current().members_on(today())

    def council(self, code: str) -> Authority | None:
        """The member with the GSS code; None where no council was named, without looking."""
        return next((one for one in self.councils if one.gss_code == code), None) if code else None

    def neighbour(self, postcode: str) -> NeighbourHub | None:
        """The other region's hub for whoever lives outside ours, where we know it."""
        residence = self.place(postcode).residence
        return NeighbourHub.objects.filter(authorities=residence).first() if residence else None

    @cached_property
    def slots(self) -> list[Slot]:
        return slots_on_offer(held=self.booked, hours=self._hours)

    @cached_property
    def times_to_ring(self) -> list[tuple[str, str]]:
        return times_to_ring(hours=self._hours)

    @cached_property
    def _hours(self) -> list[CallbackHours]:
        return list(CallbackHours.objects.all())

    def slot(self, written: str) -> datetime.datetime | None:
        """The start of a slot on offer, from what its option in the page says; None where it is not to be had."""
        return next((slot.starts_at for slot in self.slots if slot.starts_at.isoformat() == written), None)

    def is_on_offer(self, moment: datetime.datetime) -> bool:
        return any(slot.starts_at == moment for slot in self.slots)
