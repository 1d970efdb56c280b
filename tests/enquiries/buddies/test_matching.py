"""Who fits a household, and why."""

from enquiries.buddies.matching import Candidate, Wanted, suggest

GATESHEAD, NEWCASTLE = 1, 2
NAMES = {GATESHEAD: "Gateshead", NEWCASTLE: "Newcastle upon Tyne"}


def carer(key: int, *areas: int, load: int = 0, most: int = 2, interests=(), languages=()) -> Candidate:
    near = {area: NAMES[area] for area in areas}
    return Candidate(key, f"Carer {key}", near, frozenset(interests), frozenset(languages), load, most)


def order(wanted: Wanted, *candidates: Candidate) -> list[int]:
    return [one.candidate.key for one in suggest(wanted, candidates)]


def test_language_comes_before_area_and_area_before_interests():
    wanted = Wanted(GATESHEAD, frozenset({"teenagers", "siblings", "emergency"}), "polish")
    near = carer(1, GATESHEAD)
    alike = carer(2, NEWCASTLE, interests=("teenagers", "siblings", "emergency", "short_term"))
    speaks = carer(3, NEWCASTLE, languages=("Polish",))
    assert order(wanted, alike, near, speaks, carer(4)) == [3, 1, 2, 4]


def test_among_equals_who_accompanies_fewest():
    assert order(Wanted(GATESHEAD), carer(1, GATESHEAD, load=1), carer(2, GATESHEAD)) == [2, 1]


def test_nobody_without_room_nor_of_a_council_that_must_not_know():
    wanted = Wanted(NEWCASTLE, never=GATESHEAD)
    assert order(wanted, carer(1, NEWCASTLE, load=2), carer(2, GATESHEAD, NEWCASTLE), carer(3)) == [3]


def test_reasons_in_words():
    wanted = Wanted(GATESHEAD, frozenset({"teenagers", "not_sure"}), "Polish")
    (found,) = suggest(wanted, [carer(1, GATESHEAD, load=1, interests=("teenagers",), languages=("Polish",))])
    assert found.reasons == ("Speaks Polish", "Same area: Gateshead", "Knows: teenagers", "1 of 2 at the moment")
    (other,) = suggest(Wanted(), [carer(2)])
    assert other.reasons == ("Nobody else at the moment",)
