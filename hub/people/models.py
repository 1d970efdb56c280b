import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from hub.people.roles import AUTHORITY_ROLES, HUB_ROLES, Role, rights_of


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


@pghistory.track(exclude=["password", "last_login"])
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

    def can(self, right: str) -> bool:
        """Whether this person's role holds the right (hub/people/roles.py)."""
        return self.is_active and right in rights_of(self.role)
