from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hub.people.access import right_required
from reporting.feeds.feeds import ROWS
from reporting.feeds.serving import FEEDS, MEASURES, MEASURES_ABOUT
from reporting.views import parts_of_reports


@require_safe
@right_required("see_small_numbers")
def feeds(request):
    page = {
        "feeds": [{**feed, "address": request.build_absolute_uri(feed["path"])} for feed in _described()],
        "base": request.build_absolute_uri("/"),
        "may_issue": request.user.can("manage_access"),
        "parts": parts_of_reports(request.user, "feeds"),
    }
    return render(request, "reports/feeds/feeds.html", page)


def _described() -> list[dict]:
    about = {MEASURES: ("Measures", MEASURES_ABOUT)} | {feed.name: (feed.title, feed.about) for feed in ROWS}
    return [
        {
            "name": name,
            "title": title,
            "about": said,
            "columns": FEEDS[name],
            "path": reverse("api_feed", args=[name]),
            "in_full": name != MEASURES,
        }
        for name, (title, said) in about.items()
    ]
