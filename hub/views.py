from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect

from hub.health import readiness
from hub.people.roles import HOME


def healthz(request):
    return HttpResponse("ok", content_type="text/plain")


def readyz(request):
    parts = readiness()
    return JsonResponse(parts, status=200 if all(state == "ok" for state in parts.values()) else 503)


@login_required
def home_for_role(request):
    return redirect(HOME[request.user.role])
