import sys

from django.contrib.auth.decorators import login_required
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import loader
from django.views.defaults import server_error

from hub.api.problems import problem_page
from hub.people.roles import HOME


@login_required
def home_for_role(request):
    return redirect(HOME[request.user.role])


def fault(request):
    """The page for a fault of ours; where the database is away, one that says so. Neither asks the database."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    if request.path.startswith("/api/"):
        return problem_page(503, headers={"Retry-After": "120"}) if away else problem_page(500)
    if away:
        page = loader.get_template("503.html").render()
        return HttpResponse(page, status=503, headers={"Retry-After": "120", "Cache-Control": "no-store"})
    return server_error(request)
