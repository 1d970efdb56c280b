"""The portal: an authority's lead looks after its team (pages shared with the hub's, hub/people/pages.py)."""

from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handover.team.referrals import looked_after_by, needing_another_worker
from hub.people import pages
from hub.people.access import right_required

HERE = pages.Place("our_team", "layouts/portal.html", "our_team", "Our team")


@right_required("manage_team")
@require_GET
def our_team(request):
    return pages.list_page(request, HERE, nobodys=needing_another_worker(request.user))


@right_required("manage_team")
@require_GET
def our_team_person(request, person):
    return pages.person_page(request, HERE, person, referrals=looked_after_by(request.user, person))


@right_required("manage_team")
@require_http_methods(["GET", "POST"])
def our_team_invite(request):
    return pages.invite_page(request, HERE)


@right_required("manage_team")
@require_http_methods(["GET", "POST"])
def our_team_role(request, person):
    return pages.role_page(request, HERE, person)


@right_required("manage_team")
@require_http_methods(["GET", "POST"])
def our_team_suspend(request, person):
    return pages.suspend_page(request, HERE, person, referrals=looked_after_by(request.user, person))


@right_required("manage_team")
@require_POST
def our_team_let_in(request, person):
    return pages.let_in_page(request, HERE, person)


@right_required("manage_team")
@require_POST
def our_team_again(request, person):
    return pages.again_page(request, HERE, person)
