from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from hub.errors import Refused
from hub.people.models import User
from hub.people.roles import AUTHORITY_ROLES, Role
from hub.places.models import Authority


@transaction.atomic
def add_person(*, email: str, name: str, role: str, authority: Authority | None = None) -> User:
    """Let somebody in, without a password: they choose one by the link that "Forgotten your password?" sends.

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
    return User.objects.create_user(email, None, name=name, role=role, authority=authority)
