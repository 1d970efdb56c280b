"""Campaigns as staff see them, and the short link that everybody may follow."""

import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from enquiries.campaigns.arrival import clean, remember_arrival
from enquiries.campaigns.forms import CampaignForm, NewCampaignForm
from enquiries.campaigns.qr import PICTURES, in_words, short_link
from enquiries.campaigns.results import by_month, codes_not_set_up, results_of, who_went_no_further
from enquiries.campaigns.services import CHANGEABLE, change_campaign, create_campaign
from enquiries.models import Campaign, Enquiry
from hub.audit import log_access
from hub.errors import Refused
from hub.people.access import right_required

ON_A_PAGE = 25
A_YEAR = datetime.timedelta(days=365)


@never_cache
@require_safe
def go(request, code):
    """A short link: to the campaign's page of ours, or home where nobody knows the code."""
    remember_arrival(request)
    campaign = Campaign.objects.coded(clean("landed_on", code))
    return redirect(campaign.lands_on if campaign else "home")


@right_required("see_campaigns")
@require_GET
def campaigns(request):
    enquiries = Enquiry.objects.visible_to(request.user)
    page = Paginator(Campaign.objects.all(), ON_A_PAGE).get_page(request.GET.get("page"))
    unknown = codes_not_set_up(enquiries, since=timezone.now() - A_YEAR)
    results = results_of(page.object_list, enquiries)
    context = {"page": page, "results": results, "unknown": unknown, "stopped": who_went_no_further()}
    return render(request, "campaigns/campaigns.html", context)


@right_required("see_campaigns")
@require_GET
def campaign(request, code):
    shown = _campaign(code)
    enquiries = Enquiry.objects.visible_to(request.user)
    came = enquiries.counted().by_campaign(shown.code).select_related("authority").prefetch_related("applicants")
    page = Paginator(came.order_by("-received_at", "-pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    if page.object_list:
        log_access(by=request.user, action="campaign_enquiries", reference=shown.code[:40])
    link = short_link(shown)
    context = {
        "campaign": shown,
        "results": results_of([shown], enquiries)[0],
        "months": by_month(shown, enquiries),
        "stopped": who_went_no_further(campaign=shown),
        "page": page,
        "link": link,
        "link_in_words": in_words(link),
    }
    return render(request, "campaigns/campaign.html", context)


@right_required("see_campaigns")
@require_GET
def campaign_qr(request, code, form):
    if form not in PICTURES:
        raise Http404
    shown = _campaign(code)
    draw, media_type = PICTURES[form]
    response = HttpResponse(draw(short_link(shown)), content_type=media_type)
    if "download" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="{shown.code}-qr.{form}"'
    return response


@right_required("manage_campaigns")
@require_http_methods(["GET", "POST"])
def campaign_new(request):
    given = clean("utm_campaign", request.GET.get("code", ""))
    form = NewCampaignForm(request.POST or None, initial={"code": given, "name": given})
    if request.method == "POST" and form.is_valid():
        try:
            made = create_campaign(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(str(refusal))
        else:
            messages.success(request, "The campaign is set up. Its link and QR code are ready to print.")
            return redirect("campaign", made.code)
    return render(request, "campaigns/campaign_new.html", {"form": form})


@right_required("manage_campaigns")
@require_http_methods(["GET", "POST"])
def campaign_edit(request, code):
    changed = _campaign(code)
    form = CampaignForm(request.POST or None, initial={name: getattr(changed, name) for name in CHANGEABLE})
    if request.method == "POST" and form.is_valid():
        try:
            change_campaign(campaign=changed, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(str(refusal))
        else:
            messages.success(request, "The campaign is changed.")
            return redirect("campaign", changed.code)
    return render(request, "campaigns/campaign_edit.html", {"form": form, "campaign": changed})


def _campaign(code: str) -> Campaign:
    return get_object_or_404(Campaign, code__iexact=code)
