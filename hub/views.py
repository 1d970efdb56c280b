import sys

from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.views.decorators.http import require_GET
from django.views.defaults import bad_request, server_error

from hub.api.problems import problem_page
from hub.navigation import settings_of
from hub.people.access import right_required
from hub.people.roles import HOME

PIECE = 64 * 1024
MOST_THROWN_AWAY = 32 * 1024 * 1024


@login_required
def home_for_role(request):
    return redirect(HOME[request.user.role])


@right_required("see_settings")
@require_GET
def hub_settings(request):
    return render(request, "settings/hub_settings.html", {"groups": settings_of(request.user)})


def unreadable(request, exception):
    """The page for what cannot be read; where it is too much at once, one that says so. Neither asks the database."""
    if not isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return bad_request(request, exception)
    _let_them_finish(request)
    if request.path.startswith("/api/"):
        return problem_page(413, "What you sent is too long.")
    page = loader.get_template("413.html").render()
    return HttpResponse(page, status=413, headers={"Cache-Control": "no-store"})


def _let_them_finish(request) -> None:
    """A browser that still sends when we close the connection never shows our answer. What it sends is thrown away."""
    for _ in range(MOST_THROWN_AWAY // PIECE):
        if not request.read(PIECE):
            return


def fault(request):
    """The page for a fault of ours; where the database is away, one that says so. Neither asks the database."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    if request.path.startswith("/api/"):
        return problem_page(503, headers={"Retry-After": "120"}) if away else problem_page(500)
    if away:
        page = loader.get_template("503.html").render()
        return HttpResponse(page, status=503, headers={"Retry-After": "120", "Cache-Control": "no-store"})
    return server_error(request)
