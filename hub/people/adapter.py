from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.utils import is_mfa_enabled


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs themselves up: people are invited by a manager or their authority's lead."""

    # The same for a wrong address, a wrong password and a suspended account: none of them is told apart.
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": (
            "This email address and password do not open an account. Check both. If you have not signed in for a long "
            "time, your account may be suspended: ask your council’s lead or the hub to let you in again"
        ),
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """The password again before a second factor is changed; not before the first one, right after signing in."""
        if app == "allauth.mfa" and not is_mfa_enabled(self.request.user):
            return False
        return super().is_reauthentication_required(app=app)
