from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse


class SecondFactorMiddleware:
    """Outside demo mode, whoever signs in without a second factor is led to set one up before anything else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if self._must_set_up(request):
            messages.info(request, "Set up a second way to prove it is you. You need it to see people's records.")
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    @staticmethod
    def _must_set_up(request) -> bool:
        user = request.user
        if settings.HUB_DEMO or not user.is_authenticated or not user.needs_second_factor:
            return False
        open_paths = (
            reverse("account_logout"),
            "/accounts/2fa/",
            "/accounts/reauthenticate/",
            "/static/",
            "/api/",  # asks nobody's session anything
        )
        return not request.path.startswith(open_paths) and not is_mfa_enabled(user)
