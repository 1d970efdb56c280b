"""Sharing out in words, for the page before it and the message after it."""

from django.apps import apps

from enquiries.assignment.services import Shared
from enquiries.journey import INTERESTS
from enquiries.models import Caseload
from hub.changes import Change, changes_of
from hub.models import Authority, User


def in_words(shared: Shared) -> str:
    """'12 given: Ruth Adeyemi 7, Priya Natarajan 5. 3 are left: nobody has room.'"""
    who = ", ".join(f"{name} {number}" for name, number in shared.given.most_common())
    said = [f"{shared.count} given: {who}." if shared.count else "None was given."]
    if shared.left:
        said.append(f"{shared.left} {'is' if shared.left == 1 else 'are'} left: nobody has room.")
    if shared.more:
        said.append(f"{shared.more} more wait: do it again for them.")
    return " ".join(said)


def plan_in_words(shared: Shared) -> list[dict]:
    """Who would get how many, the most first, and how full they would be."""
    return [
        {"name": name, "number": number, "then": shared.open_then[name]} for name, number in shared.given.most_common()
    ]


def changes_of_caseload(person: User) -> list[Change]:
    """Who set what for this person."""
    names = dict(Authority.objects.values_list("gss_code", "name"))

    def said(row) -> dict[str, str]:
        return {
            "At most": str(row.capacity),
            "Takes new ones": "yes" if row.takes_new else "no",
            "Languages": ", ".join(row.languages) or "none",
            "Knows best": ", ".join(INTERESTS.get(code, code) for code in row.interests) or "nothing particular",
            "Councils": ", ".join(names.get(code, code) for code in row.councils) or "all",
        }

    def words(before, after) -> str:
        if after is None:
            return ""
        now, was = said(after), said(before or Caseload(person=person))
        return "; ".join(f"{label}: {now[label]}" for label in now if now[label] != was[label])

    return changes_of(apps.get_model("enquiries", "CaseloadEvent"), words, only={"person_id": person.pk})
