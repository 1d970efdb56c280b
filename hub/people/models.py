import datetime

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from hub.people.roles import AUTHORITY_ROLES, HUB_ROLES, Role, rights_of, roles_with
from hub.working_time import local_date

UNUSED_WARNED = datetime.timedelta(days=60)
UNUSED_SUSPENDED = datetime.timedelta(days=90)


class UserQuerySet(models.QuerySet["User"]):
    def active(self):
        """People who may sign in; systems never do."""
        return self.filter(is_active=True, is_system=False)

    def people(self):
        """All but other systems, suspended ones included."""
        return self.filter(is_system=False)

    def caseworkers(self):
        """Hub staff who may own an enquiry."""
        return self.active().filter(role__in=[Role.HUB_WORKER, Role.HUB_MANAGER])

    def managed_by(self, user):
        """Whom this person may invite, suspend and let in: everybody, or the own authority's people, or nobody."""
        if user.is_authenticated and user.can("manage_access"):
            return self.people()
        if user.is_authenticated and user.can("manage_team"):
            return self.people().filter(authority_id=user.authority_id)
        return self.none()

    def who_let_people_in(self):
        """The hub's managers and administrators."""
        return self.active().filter(role__in=roles_with("manage_access"))

    def in_place_of(self, person):
        """Who else does what only one of their kind can: another lead of the authority, another manager of the hub."""
        if person.role == Role.AUTHORITY_LEAD:
            return self.active().filter(role=person.role, authority=person.authority_id).exclude(pk=person.pk)
        return self.active().filter(role=person.role).exclude(pk=person.pk)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    use_in_migrations = False

    def create_user(self, email: str, password: str | None = None, **fields):
        """A person who signs in with an email address; without a password they must set one by email link."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        return self.create_user(email, password, **{"role": Role.ADMINISTRATOR, "is_superuser": True, **fields})

    def get_by_natural_key(self, email: str):
        return self.get(email=email.strip().lower())


@pghistory.track(exclude=["password", "last_login", "invitation_sha256"])
class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField("email address", unique=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=30, choices=Role)
    authority = models.ForeignKey(
        "hub.Authority", on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    is_active = models.BooleanField(default=True)
    is_system = models.BooleanField(
        default=False, help_text="Stands for an authority's own system, which comes with a token and never signs in"
    )
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_why = models.CharField(max_length=200, blank=True)
    unused_warned_at = models.DateTimeField(
        null=True, blank=True, help_text="When they were told that the account is suspended unless they use it"
    )
    invited_at = models.DateTimeField(null=True, blank=True, help_text="When the latest invitation was sent")
    invitation_sha256 = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Of its secret, until it was used"
    )
    let_in_at = models.DateTimeField(null=True, blank=True, help_text="When their suspension was last ended")
    task_digest = models.BooleanField(
        default=True, help_text="An email on working mornings when something waits for them"
    )
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(
                condition=Q(suspended_at__isnull=True) | Q(is_active=False), name="user_suspended_is_not_active"
            ),
            models.CheckConstraint(
                condition=Q(invitation_sha256="") | Q(invited_at__isnull=False), name="user_invitation_has_time"
            ),
            models.CheckConstraint(
                condition=(
                    Q(role__in=sorted(AUTHORITY_ROLES), authority__isnull=False)
                    | (~Q(role__in=sorted(AUTHORITY_ROLES)) & Q(authority__isnull=True))
                ),
                name="user_authority_only_for_authority_roles",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        return self.is_superuser

    @property
    def is_hub_staff(self) -> bool:
        return self.is_active and self.role in HUB_ROLES

    @property
    def is_authority_staff(self) -> bool:
        return self.is_active and self.role in AUTHORITY_ROLES

    @property
    def needs_second_factor(self) -> bool:
        """Everyone who signs in may see or shape personal data or signed figures (brief.md 28)."""
        return True

    @property
    def account_reference(self) -> str:
        """What messages about the account bear, so that they can be traced to it."""
        return f"account-{self.pk}"

    @property
    def last_used_at(self) -> datetime.datetime:
        """From when the days without use count: the last sign-in, or being let in since, or joining."""
        return max(filter(None, [self.joined_at, self.last_login, self.let_in_at]))

    @property
    def unused_ends_on(self) -> datetime.date:
        """The day on which the account is suspended unless it is used before."""
        return local_date(self.last_used_at + UNUSED_SUSPENDED)

    @property
    def is_warned(self) -> bool:
        """Told that the account ends, and not seen since: a sign-in takes the warning back by itself."""
        return self.is_active and self.unused_warned_at is not None and self.unused_warned_at > self.last_used_at

    @property
    def account_state(self) -> str:
        if not self.is_active:
            return "Suspended"
        if self.is_warned:
            return "Warned"
        return "Active" if self.last_login else "Invited"

    @property
    def account_colour(self) -> str:
        """Of its state's tag."""
        return {"Suspended": "red", "Warned": "yellow", "Invited": "blue"}.get(self.account_state, "green")

    @property
    def is_only_one(self) -> bool:
        """The last lead of an authority, or the last manager of the hub."""
        matters = self.is_active and self.role in (Role.AUTHORITY_LEAD, Role.HUB_MANAGER)
        return matters and not User.objects.in_place_of(self).exists()

    def _get_session_auth_hash(self, secret=None) -> str:
        # Sessions from before a suspension stay ended when it ends. Who was never suspended keeps theirs.
        since = self.let_in_at.isoformat() if self.let_in_at else ""
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        return salted_hmac(salt, self.password + since, secret=secret, algorithm="sha256").hexdigest()

    def can(self, right: str) -> bool:
        """Whether this person's role holds the right (hub/people/roles.py)."""
        return self.is_active and right in rights_of(self.role)
