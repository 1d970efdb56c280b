from allauth.account.auth_backends import AuthenticationBackend


class ActiveUserBackend(AuthenticationBackend):
    """Email and password by allauth; kept as our own name so that single sign-on can be added beside it."""
