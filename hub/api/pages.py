"""The pages on which the hub lets other systems in and shuts them out."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from hub.api.forms import IssueTokenForm
from hub.api.models import ApiToken
from hub.api.services import issue_token, revoke_token
from hub.people.access import right_required

A_PAGE = 50


@right_required("manage_access")
@require_GET
def api_tokens(request):
    now = timezone.now()
    tokens = ApiToken.objects.select_related("authority", "made_by", "revoked_by")
    past = Paginator(tokens.out_of_use(now), A_PAGE).get_page(request.GET.get("page"))
    page = {"tokens": tokens.in_use(now), "past": past, "soon": now + ApiToken.SOON}
    return render(request, "access/api_tokens.html", page)


@right_required("manage_access")
@never_cache
@require_http_methods(["GET", "POST"])
def api_token_issue(request):
    """The token is shown in the answer to the form, this once: it is in no session, no log and no address."""
    form = IssueTokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        token, secret = issue_token(by=request.user, **form.details())
        return render(request, "access/api_token_issued.html", {"token": token, "secret": secret})
    return render(request, "access/api_token_issue.html", {"form": form})


@right_required("manage_access")
@require_http_methods(["GET", "POST"])
def api_token_revoke(request, number):
    """Asked once more: it cannot be taken back, and a council's system stands still until it has another token."""
    token = get_object_or_404(ApiToken, pk=number)
    if request.method == "GET":
        return render(request, "access/api_token_revoke.html", {"token": token})
    revoke_token(token=token, by=request.user)
    messages.success(request, f"{token} is revoked. Whatever used it is shut out from now on.")
    return redirect("api_tokens")
