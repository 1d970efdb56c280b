"""Which templates staff are offered for one enquiry, and in which order: those first that fit where it stands."""

from collections.abc import Iterable

from enquiries.journey import AUTHORITY_STAGES, HUB_STAGES, Stage
from enquiries.letters.last_words import TEMPLATES as LAST_WORDS
from enquiries.models import Enquiry, MessageTemplate

# Staff write the words themselves; what stands in the way of that stands here in the template.
OWN_WORDS = frozenset({"own_words", "own_words_text", "own_words_letter"})
UNWRITTEN = "…"
_BEFORE_THE_FORM = frozenset({Stage.NEW, Stage.IN_TOUCH})
# Where a template fits; one that is not named here, as those that a hub writes itself, fits everywhere.
FITS: dict[str, frozenset[Stage]] = {
    "information_pack": _BEFORE_THE_FORM,
    "tried_to_ring": _BEFORE_THE_FORM,
    "tried_to_ring_text": _BEFORE_THE_FORM,
    "tried_to_ring_letter": _BEFORE_THE_FORM,
    "not_reached": _BEFORE_THE_FORM,
    **dict.fromkeys(LAST_WORDS.values(), _BEFORE_THE_FORM),
    "eoi_invitation": frozenset({Stage.IN_TOUCH}),
    "eoi_reminder": frozenset({Stage.IN_TOUCH}),
    "eoi_returned": frozenset({Stage.IN_TOUCH}),
    "gentle_reminder": HUB_STAGES,
    "visit_confirmed": HUB_STAGES,
    "visit_confirmed_text": HUB_STAGES,
    "council_in_touch": AUTHORITY_STAGES,
}


def in_order(
    templates: Iterable[MessageTemplate], enquiry: Enquiry
) -> tuple[list[MessageTemplate], list[MessageTemplate]]:
    """Those that fit the stage, one's own words first, and those for another stage."""
    fitting: list[MessageTemplate] = []
    others: list[MessageTemplate] = []
    for one in templates:
        fits = one.code not in FITS or enquiry.stage in FITS[one.code]
        (fitting if fits else others).append(one)
    return sorted(fitting, key=lambda one: one.code not in OWN_WORDS), others
