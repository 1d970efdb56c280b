"""What changed in a team, read from the row history that the database keeps by itself."""

from dataclasses import replace

from django.apps import apps

from hub.changes import Change, changes_of
from hub.isolation import in_place_of_the_hub
from hub.people.models import User
from hub.people.roles import Role


@in_place_of_the_hub
def changes_of_people(*, by: User, person: User | None = None) -> list[Change]:
    """Who was invited, suspended, let in or given another role, the latest first: of all whom `by` may manage."""
    theirs = User.objects.managed_by(by)
    wanted = [person.pk] if person is not None else theirs.values("pk")
    only = {"pgh_obj_id__in": wanted, "is_system": False}
    if not by.can("manage_access"):
        only["authority_id"] = by.authority_id
    found = changes_of(apps.get_model("hub", "UserEvent"), _in_words, only=only)
    return [replace(change, who="By itself") if change.who == "A command" else change for change in found]


def _in_words(before, after) -> str:
    if after is None:
        return f"{before.name} removed"
    name = f"{after.name}: "
    if before is None:
        return f"{name}added as {Role(after.role).label.lower()}"
    if before.is_active != after.is_active:
        return f"{name}let in again" if after.is_active else f"{name}suspended. {after.suspended_why}".strip()
    if before.role != after.role:
        return f"{name}{Role(after.role).label.lower()}, before {Role(before.role).label.lower()}"
    if after.invited_at and before.invited_at != after.invited_at:
        return f"{name}invited"
    if after.unused_warned_at and before.unused_warned_at != after.unused_warned_at:
        return f"{name}warned that the account ends unless it is used"
    if before.email != after.email or before.name != after.name:
        return f"{name}name or address changed"
    return ""
