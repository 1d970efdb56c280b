"""The pages on which teams are looked after: the same for the hub's people and for a council's own, at two places."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from hub.errors import Refused
from hub.people.changes import changes_of_people
from hub.people.forms import InviteForm, RoleForm, SuspendForm
from hub.people.models import User
from hub.people.roles import HUB_ROLES
from hub.people.services import change_role, invite_again, invite_person, let_in_again, suspend_person


@dataclass(frozen=True)
class Place:
    """Where these pages stand: names of addresses begin with `prefix`."""

    prefix: str
    layout: str
    section: str
    title: str

    @property
    def home(self) -> str:
        return reverse(self.prefix)

    def url(self, what: str, person: User | None = None) -> str:
        return reverse(f"{self.prefix}_{what}", args=[person.pk] if person else [])

    def links_of(self, person: User) -> dict[str, str]:
        return {what: self.url(what, person) for what in ("person", "role", "suspend", "let_in", "again")}


def _theirs(request, number: int) -> User:
    people = User.objects.managed_by(request.user).select_related("authority")
    return get_object_or_404(people, pk=number)


def _posted(request):
    return request.POST if request.method == "POST" else None


def list_page(request, place: Place, **more):
    people = User.objects.managed_by(request.user).select_related("authority").order_by("authority__name", "name")
    groups: dict[str, list] = {}
    for person in people:
        theirs = groups.setdefault(person.authority.name if person.authority else "", [])
        theirs.append((person, place.url("person", person)))
    # The hub's own first, whom no council's name sorts.
    ordered = sorted(groups.items())
    page = {"place": place, "groups": ordered, "changes": changes_of_people(by=request.user), **more}
    return render(request, "people/people.html", {**page, "invite": place.url("invite")})


def person_page(request, place: Place, number: int, **more):
    person = _theirs(request, number)
    changes = changes_of_people(by=request.user, person=person)
    page = {"place": place, "person": person, "links": place.links_of(person), "changes": changes, **more}
    return render(request, "people/person.html", {**page, "moves": _moves_of(request.user, person)})


def _moves_of(user: User, person: User) -> str:
    """Where the enquiries of somebody of the hub who has left are given to others, for whoever may."""
    left = not person.is_active and person.role in HUB_ROLES
    return reverse("move_caseload", args=[person.pk]) if left and user.can("assign_anyone") else ""


def invite_page(request, place: Place):
    form = InviteForm(_posted(request), by=request.user)
    if form.is_valid():
        try:
            person = invite_person(by=request.user, **form.details())
        except Refused as refused:
            form.add_error("email", str(refused))
        else:
            messages.success(request, f"{person.name} is invited. The link in the email works once, for 7 days.")
            return redirect(place.home)
    return render(request, "people/invite.html", {"place": place, "form": form})


def role_page(request, place: Place, number: int):
    person = _theirs(request, number)
    form = RoleForm(_posted(request), by=request.user, person=person, initial={"role": person.role})
    if form.is_valid():
        try:
            changed = change_role(person=person, by=request.user, role=form.cleaned_data["role"])
        except Refused as refused:
            form.add_error("role", str(refused))
        else:
            messages.success(request, f"{changed.name}: {changed.get_role_display().lower()}.")
            return redirect(place.url("person", person))
    return render(request, "people/role.html", {"place": place, "person": person, "form": form})


def suspend_page(request, place: Place, number: int, **more):
    person = _theirs(request, number)
    form = SuspendForm(_posted(request))
    if form.is_valid():
        try:
            suspend_person(person=person, by=request.user, why=form.cleaned_data["why"])
        except Refused as refused:
            form.add_error("why", str(refused))
        else:
            messages.success(request, f"{person.name} is suspended, and signed out everywhere.")
            return redirect(place.url("person", person))
    page = {"place": place, "person": person, "form": form, **more}
    return render(request, "people/suspend.html", page)


def let_in_page(request, place: Place, number: int):
    person = let_in_again(person=_theirs(request, number), by=request.user)
    messages.success(request, f"{person.name} can sign in again. We have told them by email.")
    return redirect(place.url("person", person))


def again_page(request, place: Place, number: int):
    person = invite_again(person=_theirs(request, number), by=request.user)
    messages.success(request, f"{person.name} gets another link. The earlier one does not work any more.")
    return redirect(place.url("person", person))
