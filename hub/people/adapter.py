from allauth.account.adapter import DefaultAccountAdapter


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs themselves up: people are invited by a manager or their authority's lead."""

    def is_open_for_signup(self, request) -> bool:
        return False
