"""Who is let in, in which role, and who is shut out (docs/decisions/0027)."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from hub.current import current
from hub.errors import Refused
from hub.isolation import in_place_of_the_hub
from hub.messages.services import queue_message
from hub.people.invitations import send_invitation
from hub.people.models import User
from hub.people.roles import AUTHORITY_ROLES, Role
from hub.places.models import Authority

NOT_THEIRS = "This person is not in your team."


@transaction.atomic
def add_person(*, email: str, name: str, role: str, authority: Authority | None = None) -> User:
    """Let somebody in, without a password: they choose one by an invitation, or by "Forgotten your password?".

    An authority's role needs its authority, no other role has one. Raises `Refused` with a sentence.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as fault:
        raise Refused(f"{email} is not an email address.") from fault
    if role not in Role.values:
        raise Refused(f"There is no role {role}. The roles are: {', '.join(Role.values)}.")
    if (role in AUTHORITY_ROLES) != (authority is not None):
        raise Refused("An authority's worker or lead needs the authority's GSS code; nobody else has one.")
    if User.objects.filter(email=email).exists():
        raise Refused(f"{email} is already known.")
    try:
        with transaction.atomic():
            return User.objects.create_user(email, None, name=name, role=role, authority=authority)
    except IntegrityError as fault:  # a form sent twice, at the same moment
        raise Refused(f"{email} is already known.") from fault


@in_place_of_the_hub
@transaction.atomic
def invite_person(*, by: User, email: str, name: str, role: str, authority: Authority | None = None) -> User:
    """Let somebody in and send them a link to choose a password. A lead invites into the own team alone.

    Raises `Refused` where `by` may not, or the address has an account.
    """
    if not by.can("manage_access"):
        authority = by.authority
        if not by.can("manage_team") or role not in AUTHORITY_ROLES:
            raise Refused("You can invite workers and leads of your own council.")
    known = User.objects.filter(email=email.strip().lower()).first()
    if known is not None:
        theirs = User.objects.managed_by(by).filter(pk=known.pk).exists()
        # Whether somebody has an account elsewhere is no business of a council's lead.
        raise Refused(
            f"{known.name} has an account with this address already."
            if theirs
            else "This address cannot be invited here. Ask the hub about it."
        )
    person = add_person(email=email, name=name, role=role, authority=authority)
    send_invitation(person=person, by=by)
    return person


@in_place_of_the_hub
@transaction.atomic
def invite_again(*, person: User, by: User) -> User:
    """Send another link to somebody who never signed in; the earlier one opens nothing any more."""
    person = _locked(person, by)
    if not person.is_active:
        raise Refused(f"{person.name} is suspended. Let them in again first.")
    if person.last_login:
        raise Refused(f"{person.name} has signed in already. “Forgotten your password?” gives them a new one.")
    send_invitation(person=person, by=by)
    return person


@in_place_of_the_hub
@transaction.atomic
def suspend_person(*, person: User, by: User, why: str) -> User:
    """Shut somebody out at once, signed in or not, until they are let in again. Raises `Refused`.

    A council's last lead only the hub can suspend: it must be able to shut anybody out.
    """
    person = _locked(person, by)
    if person.pk == by.pk:
        raise Refused("You cannot suspend yourself. Somebody else has to do it.")
    if not person.is_active:
        raise Refused(f"{person.name} is suspended already.")
    if person.is_only_one and not by.can("manage_access"):
        raise Refused(f"{person.name} is the last lead. Make somebody else a lead first.")
    return shut_out(person, why)


def shut_out(person: User, why: str) -> User:
    """The account as it is while suspended, in the caller's transaction, on a locked row."""
    person.is_active = False
    person.suspended_at, person.suspended_why = timezone.now(), why
    person.unused_warned_at, person.invitation_sha256 = None, ""
    person.save(update_fields=["is_active", "suspended_at", "suspended_why", "unused_warned_at", "invitation_sha256"])
    return person


@in_place_of_the_hub
@transaction.atomic
def let_in_again(*, person: User, by: User | None) -> User:
    """End a suspension, and tell them. Sessions of before it stay ended. `by` None: from the server (`let_in`)."""
    person = _locked(person, by) if by else User.objects.people().select_for_update().get(pk=person.pk)
    if person.is_active:
        raise Refused(f"{person.name} is not suspended.")
    person.is_active, person.let_in_at = True, timezone.now()
    person.suspended_at, person.suspended_why = None, ""
    person.save(update_fields=["is_active", "let_in_at", "suspended_at", "suspended_why"])
    if not person.has_usable_password():
        send_invitation(person=person, by=by)
        return person
    queue_message(
        template="account_let_in",
        to=person.email,
        context={"person": person, "hub": current().hub},
        reference=person.account_reference,
        key=f"account_let_in:{person.pk}:{person.let_in_at:%Y%m%d%H%M%S%f}",
        by=by,
    )
    return person


@in_place_of_the_hub
@transaction.atomic
def change_role(*, person: User, by: User, role: str) -> User:
    """Give somebody another role of the same house: an authority's people stay its people. Raises `Refused`."""
    person = _locked(person, by)
    if role not in Role.values or (role in AUTHORITY_ROLES) != (person.role in AUTHORITY_ROLES):
        raise Refused("This role is not open to them. For the other house they need an account of their own.")
    if person.role == role:
        return person
    if person.pk == by.pk:
        raise Refused("You cannot change your own role. Somebody else has to do it.")
    if person.is_only_one:
        kind = "manager" if person.role == Role.HUB_MANAGER else "lead"
        raise Refused(f"{person.name} is the last {kind}. Make somebody else a {kind} first.")
    person.role = role
    person.save(update_fields=["role"])
    return person


def _locked(person: User, by: User) -> User:
    """The person's row as it is now, with all who could be the last of their kind: of two changes at once the second
    sees the first. Raises `Refused` where `by` may not change it (any more)."""
    peers = Q(pk__in=[person.pk, by.pk]) | Q(role=Role.HUB_MANAGER)
    if person.authority_id:
        peers |= Q(role=Role.AUTHORITY_LEAD, authority=person.authority_id)
    rows = {row.pk: row for row in User.objects.select_for_update().filter(peers).order_by("pk")}
    if not User.objects.managed_by(rows[by.pk]).filter(pk=person.pk).exists():
        raise Refused(NOT_THEIRS)
    return rows[person.pk]
