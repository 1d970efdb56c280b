"""The portal: what each person of an authority settles for themselves."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handover.digest import choose_morning_email
from hub.people.access import right_required


@right_required("use_portal")
@require_http_methods(["GET", "POST"])
def portal_settings(request):
    if request.method == "POST":
        wanted = choose_morning_email(by=request.user, wanted=request.POST.get("wanted") == "yes")
        said = "We email you on working mornings when something waits." if wanted else "We send you no morning email."
        messages.success(request, said)
        return redirect("portal_settings")
    return render(request, "portal/portal_settings.html")
