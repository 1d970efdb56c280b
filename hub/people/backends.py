from allauth.account.auth_backends import AuthenticationBackend


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
