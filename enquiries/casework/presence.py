"""Who else has an enquiry open: a courtesy between colleagues, not a lock. What was typed the version keeps safe."""

from django.db import connection
from django.utils import timezone

from enquiries.models import Enquiry, Presence
from enquiries.models.presence import SEEN_WITHIN
from hub.health import beat

# Whoever comes back after a while has opened it anew: "since" begins again.
_LOOK_IN = """
    INSERT INTO enquiries_presence AS known (enquiry_id, user_id, since, seen_at) VALUES (%(enquiry)s, %(user)s,
        %(now)s, %(now)s)
    ON CONFLICT (enquiry_id, user_id) DO UPDATE SET seen_at = EXCLUDED.seen_at,
        since = CASE WHEN known.seen_at < %(gone)s THEN EXCLUDED.since ELSE known.since END
"""


def look_in(*, enquiry: Enquiry, user) -> list[Presence]:
    """Note that `user` has the enquiry open now; gives the others who have."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_IN, {"enquiry": enquiry.pk, "user": user.pk, "now": now, "gone": now - SEEN_WITHIN})
    others = Presence.objects.filter(enquiry=enquiry).here(now).besides(user)
    return list(others.select_related("user").order_by("since"))


def forget_presence() -> int:
    """Sweep away who looked in another day; gives how many rows went."""
    gone, _ = Presence.objects.forgotten(timezone.now()).delete()
    beat("forget_presence")
    return gone
