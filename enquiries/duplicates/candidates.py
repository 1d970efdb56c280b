"""Who else may be the same household: looked up by keys in one statement, for one enquiry or for many."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from enquiries.duplicates.keys import Household, Someone, keys_of, share_a_name, slips_sought_for
from enquiries.duplicates.scoring import Likeness, compare
from hub.prepared import prepared

# Of a key that very many share (an office's telephone, a common name) only the newest are looked at.
MOST_OF_A_KEY = 40
# Of a number that would be a slip of theirs: who shares it with more people is found by something else.
MOST_OF_A_SLIP = 3

# For each of `seekers`, whom it shares a key with; `before` leaves out whoever came after, so that among many each
# pair is found once. People come with them: no candidate is fetched by itself.
_FIND = """
WITH sought AS (
    SELECT *
    FROM unnest(%(seekers)s::bigint[], %(keys)s::bigint[], %(most)s::int[]) AS sought (seeker, key, most)
),
hit AS MATERIALIZED (
    SELECT sought.seeker, sought.key, others.enquiry_id
    FROM sought
    CROSS JOIN LATERAL (
        SELECT enquiry_id
        FROM enquiries_householdkey
        WHERE enquiries_householdkey.key = sought.key
            AND enquiry_id < CASE WHEN %(before)s THEN sought.seeker ELSE 9223372036854775807 END
        ORDER BY enquiry_id DESC
        LIMIT sought.most
    ) AS others
    WHERE others.enquiry_id <> sought.seeker
),
found AS (
    SELECT seeker, enquiry_id, array_agg(key) AS keys FROM hit GROUP BY seeker, enquiry_id
)
SELECT found.seeker, found.keys, e.id, e.postcode, e.merged_into_id, people.first_names, people.last_names,
    people.emails, people.phones, people.born
FROM found
JOIN enquiries_enquiry e ON e.id = found.enquiry_id
CROSS JOIN LATERAL (
    SELECT array_agg(first_name ORDER BY position) AS first_names, array_agg(last_name ORDER BY position) AS last_names,
        array_agg(email ORDER BY position) AS emails, array_agg(phone ORDER BY position) AS phones,
        array_agg(born_on ORDER BY position) AS born
    FROM enquiries_applicant
    WHERE enquiry_id = found.enquiry_id
) AS people
"""


@dataclass(frozen=True)
class Candidate:
    """Another enquiry that shares a key, with how alike the two are; a merged one stands for its survivor."""

    enquiry_id: int
    merged_into_id: int | None
    household: Household
    likeness: Likeness

    @property
    def stands_for(self) -> int:
        return self.merged_into_id or self.enquiry_id


def household_of(enquiry) -> Household:
    """As the enquiry has them; the caller prefetches applicants where there are many."""
    people = (
        Someone(person.first_name, person.last_name, person.email, person.phone, person.born_on)
        for person in enquiry.applicants.all()
    )
    return Household(people=tuple(people), postcode=enquiry.postcode)


def find_candidates(household: Household, *, but_not: int = 0) -> list[Candidate]:
    """Those that share a key with the household, the likest first. One statement, whatever it finds."""
    return find_for_many({but_not: household}).get(but_not, [])


def find_for_many(households: Mapping[int, Household], *, before: bool = False) -> dict[int, list[Candidate]]:
    """For each enquiry (by its id) those that share a key with it, the likest first; see `_FIND` for `before`."""
    own = {seeker: keys_of(one) for seeker, one in households.items()}
    sought = [(seeker, key, MOST_OF_A_KEY) for seeker, keys in own.items() for key in keys]
    sought += [
        (seeker, key, MOST_OF_A_SLIP)
        for seeker, one in households.items()
        for key in slips_sought_for(one) - own[seeker]
    ]
    if not sought:
        return {}
    with prepared() as cursor:
        cursor.execute(
            _FIND,
            {
                "seekers": _array(seeker for seeker, _key, _most in sought),
                "keys": _array(key for _seeker, key, _most in sought),
                "most": _array(most for _seeker, _key, most in sought),
                "before": before,
            },
        )
        rows = cursor.fetchall()
    often = _how_often(rows)
    found: dict[int, list[Candidate]] = {}
    for seeker, keys, pk, postcode, merged_into, *people in rows:
        other = Household(people=tuple(_people(*people)), postcode=postcode)
        if own[seeker].isdisjoint(keys) and not share_a_name(households[seeker], other):
            continue  # nothing in common but that one's telephone might be misspelt for the other's
        likeness = compare(households[seeker], other, how_often=often[seeker].__getitem__)
        found.setdefault(seeker, []).append(Candidate(pk, merged_into, other, likeness))
    for those in found.values():
        those.sort(key=lambda candidate: (-candidate.likeness.score, -candidate.enquiry_id))
    return found


def _how_often(rows: Iterable[tuple]) -> dict[int, Counter[int]]:
    """For each that seeks, how many it shares each key with."""
    counts: dict[int, Counter[int]] = {}
    for seeker, keys, *_rest in rows:
        counts.setdefault(seeker, Counter()).update(keys)
    return counts


def _people(first_names, last_names, emails, phones, born) -> Iterator[Someone]:
    people: Iterable[tuple[str, str, str, str, datetime.date | None]] = zip(
        first_names or (), last_names or (), emails or (), phones or (), born or (), strict=True
    )
    for one in people:
        yield Someone(*one)


def _array(numbers: Iterable[int]) -> str:
    """As PostgreSQL writes an array: psycopg takes longer to make one of hundreds than the database to look them up."""
    return f"{{{','.join(map(str, numbers))}}}"


def keep_keys(households: Mapping[int, Household]) -> None:
    """Keep the keys of enquiries that have none yet, in one insert."""
    kept = [(key, pk) for pk, one in households.items() for key in sorted(keys_of(one))]
    if not kept:
        return
    with prepared() as cursor:
        cursor.execute(
            "INSERT INTO enquiries_householdkey (key, enquiry_id)"
            " SELECT * FROM unnest(%s::bigint[], %s::bigint[]) ON CONFLICT DO NOTHING",
            [_array(key for key, _pk in kept), _array(pk for _key, pk in kept)],
        )


def keep_keys_anew(households: Mapping[int, Household]) -> None:
    """Make the keys of enquiries what their people and postcode are now."""
    with prepared() as cursor:
        cursor.execute("DELETE FROM enquiries_householdkey WHERE enquiry_id = ANY(%s)", [list(households)])
    keep_keys(households)
