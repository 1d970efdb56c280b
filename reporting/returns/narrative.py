"""What is written about the figures (N1 to N3)."""

from django.db import transaction

from hub.models import User
from reporting.returns.drafting import Overtaken, must_be_draft, must_hold
from reporting.returns.models import NARRATIVE, Return
from reporting.returns.periods import period_before


def save_narrative(*, ret: Return, by: User, seen: str, progress: str, risks: str, communications: str) -> Return:
    """Keep what was written about the figures of a draft. `seen` is the narrative's mark when it was opened.

    Refused when somebody else has written since, so that nobody's work is silently overwritten.
    """
    must_hold(by, "draft_return")
    with transaction.atomic():
        ret = Return.objects.select_for_update().get(pk=ret.pk)
        must_be_draft(ret)
        if seen != ret.narrative_mark:
            raise Overtaken(
                "Somebody else changed the narrative while you were writing. Put the two together, then save again."
            )
        ret.progress, ret.risks, ret.communications = progress, risks, communications
        ret.save(update_fields=NARRATIVE)
    return ret


def narrative_before(ret: Return) -> Return | None:
    """The latest version of the return of the period before, to write beside; None where there is none."""
    return Return.objects.of(period_before(ret.period)).first()
