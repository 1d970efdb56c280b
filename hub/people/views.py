"""The hub's people and every council's, and the link by which somebody new chooses a password."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hub.people import pages
from hub.people.access import right_required
from hub.people.forms import ChoosePasswordForm
from hub.people.invitations import accept_invitation, invited_by

HERE = pages.Place("people", "layouts/hub.html", "settings", "People")


@right_required("manage_access")
@require_GET
def people(request):
    return pages.list_page(request, HERE)


@right_required("manage_access")
@require_GET
def people_person(request, person):
    return pages.person_page(request, HERE, person)


@right_required("manage_access")
@require_http_methods(["GET", "POST"])
def people_invite(request):
    return pages.invite_page(request, HERE)


@right_required("manage_access")
@require_http_methods(["GET", "POST"])
def people_role(request, person):
    return pages.role_page(request, HERE, person)


@right_required("manage_access")
@require_http_methods(["GET", "POST"])
def people_suspend(request, person):
    return pages.suspend_page(request, HERE, person)


@right_required("manage_access")
@require_POST
def people_let_in(request, person):
    return pages.let_in_page(request, HERE, person)


@right_required("manage_access")
@require_POST
def people_again(request, person):
    return pages.again_page(request, HERE, person)


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request, token):
    """Looking at it uses nothing up: mail scanners look."""
    person = invited_by(token)
    if person is None:
        return render(request, "people/invitation_over.html", status=410)
    form = ChoosePasswordForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid():
        if accept_invitation(token=token, password=form.cleaned_data["password"]) is None:
            return render(request, "people/invitation_over.html", status=410)
        messages.success(request, "Your password is saved. Sign in with it.")
        return redirect("account_login")
    return render(request, "people/invitation.html", {"form": form, "person": person})
