from allauth.account.auth_backends import AuthenticationBackend

from hub.current import current
from hub.working_time import today


class ActiveUserBackend(AuthenticationBackend):
    """Email and password by allauth; kept as our own name so that single sign-on can be added beside it."""

    def _check_password(self, user, password):
        """Of a suspended account nobody learns whether the password was right (docs/decisions/0027): allauth would
        show who knows it another page, and everybody else the message about a wrong one."""
        if not user:
            return None
        self._did_check_password = True
        right = user.check_password(password)
        return user if right and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user):
        """Asked at sign-in and for every page: people of a council that has left stop with its last day. Those of one
        that is still to join may come in before, to get to know the portal."""
        if not super().user_can_authenticate(user):
            return False
        if user.authority_id is None:
            return True
        stays = (
            last is None or today() <= last for pk, _first, last in current().memberships if pk == user.authority_id
        )
        return any(stays)
