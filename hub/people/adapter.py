from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.utils import is_mfa_enabled


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs themselves up: people are invited by a manager or their authority's lead."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """The password again before a second factor is changed; not before the first one, right after signing in."""
        if app == "allauth.mfa" and not is_mfa_enabled(self.request.user):
            return False
        return super().is_reauthentication_required(app=app)
