"""The portal's pages on which a council's lead connects its own systems: where they are told, and their tokens."""

import datetime

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handover.webhooks import services
from handover.webhooks.forms import EndpointForm
from handover.webhooks.models import Delivery, Endpoint
from hub.api.forms import TokenForm
from hub.errors import Refused
from hub.models import ApiToken
from hub.people.access import right_required

A_PAGE = 25
# A delivery that is under way is looked at again by the page itself, for a short while.
LOOK_AGAIN_AFTER = 3  # seconds
FRESH = datetime.timedelta(minutes=1)


def _ours(request):
    return Endpoint.objects.of(request.user.authority_id)


def _endpoint(request, number: int) -> Endpoint:
    return get_object_or_404(_ours(request), pk=number)


def _delivery(request, number: int) -> Delivery:
    return get_object_or_404(Delivery.objects.filter(endpoint__in=_ours(request)).select_related("endpoint"), pk=number)


@right_required("manage_connections")
@require_GET
def connections(request):
    now = timezone.now()
    not_gone = Count("deliveries", filter=Q(deliveries__state=Delivery.State.GIVEN_UP))
    tokens = ApiToken.objects.filter(authority=request.user.authority_id).select_related("made_by")
    page = {
        "endpoints": _ours(request).annotate(given_up=not_gone),
        "tokens": tokens.in_use(now),
        "past": tokens.out_of_use(now)[:A_PAGE],
        "soon": now + ApiToken.SOON,
    }
    return render(request, "portal/connections.html", page)


@right_required("manage_connections")
@never_cache
@require_http_methods(["GET", "POST"])
def endpoint_add(request):
    """The secret is shown in the answer to the form, this once: it is in no session, no log and no address."""
    form = EndpointForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made, secret = services.add_endpoint(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("url", str(refusal))
        else:
            return render(request, "portal/endpoint_secret.html", {"endpoint": made, "secret": secret})
    return render(request, "portal/endpoint_add.html", {"form": form})


@right_required("manage_connections")
@require_GET
def endpoint(request, number):
    found = _endpoint(request, number)
    before = request.GET.get("before", "")
    log = Delivery.objects.filter(endpoint=found).prefetch_related("attempts")
    if before.isdecimal() and len(before) < 19:
        log = log.filter(pk__lt=int(before))
    rows = list(log[: A_PAGE + 1])
    page = {
        "endpoint": found,
        "deliveries": rows[:A_PAGE],
        "older": f"?before={rows[A_PAGE - 1].pk}" if len(rows) > A_PAGE else "",
        "newer": "?" if before else "",
    }
    return render(request, "portal/endpoint.html", page)


@right_required("manage_connections")
@require_POST
def endpoint_test(request, number):
    made = services.send_test(endpoint=_endpoint(request, number), by=request.user)
    return redirect("delivery", made.pk)


@right_required("manage_connections")
@never_cache
@require_http_methods(["GET", "POST"])
def endpoint_secret(request, number):
    found = _endpoint(request, number)
    if request.method == "GET":
        return render(request, "portal/endpoint_rotate.html", {"endpoint": found})
    changed, secret = services.rotate_secret(endpoint=found, by=request.user)
    return render(request, "portal/endpoint_secret.html", {"endpoint": changed, "secret": secret})


@right_required("manage_connections")
@require_POST
def endpoint_pause(request, number):
    services.pause_endpoint(endpoint=_endpoint(request, number), by=request.user)
    messages.success(request, "Paused. What happens meanwhile waits until you put it on again.")
    return redirect("endpoint", number)


@right_required("manage_connections")
@require_POST
def endpoint_resume(request, number):
    services.resume_endpoint(endpoint=_endpoint(request, number), by=request.user)
    messages.success(request, "It is on again. What waited is on its way.")
    return redirect("endpoint", number)


@right_required("manage_connections")
@require_http_methods(["GET", "POST"])
def endpoint_remove(request, number):
    found = _endpoint(request, number)
    if request.method == "GET":
        return render(request, "portal/endpoint_remove.html", {"endpoint": found})
    services.remove_endpoint(endpoint=found, by=request.user)
    messages.success(request, "Removed. Nothing more is sent there.")
    return redirect("connections")


@right_required("manage_connections")
@require_GET
def delivery(request, number):
    found = _delivery(request, number)
    answer = render(request, "portal/delivery.html", {"delivery": found, "attempts": found.attempts.all()})
    under_way = found.state == Delivery.State.WAITING and found.next_try_at < timezone.now() + FRESH
    if under_way and found.endpoint.state == Endpoint.State.ACTIVE:
        answer["Refresh"] = str(LOOK_AGAIN_AFTER)  # works without a script
    return answer


@right_required("manage_connections")
@require_POST
def delivery_again(request, number):
    services.send_again(delivery=_delivery(request, number), by=request.user)
    return redirect("delivery", number)


@right_required("manage_connections")
@never_cache
@require_http_methods(["GET", "POST"])
def own_token_issue(request):
    """The token is shown in the answer to the form, this once: it is in no session, no log and no address."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        token, secret = services.issue_own_token(by=request.user, **form.details())
        return render(request, "portal/own_token_issued.html", {"token": token, "secret": secret})
    return render(request, "portal/own_token_issue.html", {"form": form})


@right_required("manage_connections")
@require_http_methods(["GET", "POST"])
def own_token_revoke(request, number):
    token = get_object_or_404(ApiToken, pk=number, authority=request.user.authority_id)
    if request.method == "GET":
        return render(request, "portal/own_token_revoke.html", {"token": token})
    services.revoke_own_token(token=token, by=request.user)
    messages.success(request, f"{token} is revoked. Whatever used it is shut out from now on.")
    return redirect("connections")
