from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.errors import Refused
from hub.people.access import right_required
from reporting.comparison.forms import ComparisonForm, UploadForm
from reporting.comparison.models import Publication
from reporting.comparison.page import TOPICS, SideBySide, Statistics, cards, sources, trend, when
from reporting.comparison.pictures import drawn_beside, drawn_card, drawn_trend
from reporting.comparison.services import Faulty, Given, import_shipped, import_statistics
from reporting.ours import our_figures, period_asked, periods_to_choose
from reporting.views import parts_of_reports


@require_safe
@right_required("see_reports")
def comparison(request):
    asked, periods = request.GET, periods_to_choose(request.user)
    topic = TOPICS.get(asked.get("topic", ""), TOPICS["conversion"])
    chosen, period = period_asked(request.user, asked.get("period"))
    ours = our_figures(user=request.user, period=period)
    statistics = Statistics(topic, ours.members)
    years = {str(year): when(topic, year) for year in statistics.years}
    year = asked.get("year") if asked.get("year") in years else next(iter(years), "")
    form = ComparisonForm(
        {"topic": topic.key, "period": chosen, "year": year},
        periods=[(key, label) for key, (label, _) in periods.items()],
        years=years.items(),
    )
    beside = SideBySide(statistics, ours, int(year)) if year else None
    yardsticks = cards(ours) if topic.key == "conversion" else []
    context = {
        "form": form,
        "topic": topic,
        "ours": ours,
        "cards": [(card, drawn_card(card)) for card in yardsticks],
        "beside": beside,
        "picture": drawn_beside(beside) if beside else "",
        "trend": (found := trend(statistics)),
        "trend_picture": drawn_trend(found) if found else "",
        "publications": sources(statistics, yardsticks),
        "parts": parts_of_reports(request.user, "comparison"),
    }
    return render(request, "reports/comparison/comparison.html", context)


@require_safe
@right_required("see_reports")
def published_files(request):
    publications = Publication.objects.select_related("imported_by")
    return render(request, "reports/comparison/published_files.html", {"publications": publications})


@require_http_methods(["GET", "POST"])
@right_required("import_statistics")
def published_upload(request):
    form, faults = UploadForm(request.POST or None, request.FILES or None), []
    if form.is_valid():
        said, file = form.cleaned_data, form.cleaned_data["file"]
        given = Given(year=said["year"], source=said["source"], published_on=said["published_on"])
        try:
            done = import_statistics(content=file.read(), file_name=file.name, by=request.user, given=given)
        except Faulty as faulty:
            faults = faulty.faults
            form.add_error("file", str(faulty))
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, done.in_words)
            return redirect("published_files")
    return render(request, "reports/comparison/published_upload.html", {"form": form, "faults": faults[:100]})


@require_POST
@right_required("import_statistics")
def published_load(request):
    messages.success(request, import_shipped(by=request.user).in_words)
    return redirect("comparison")
