"""Who may open a page of one's own: whoever signed in by a link, as long as the visit lasts."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from enquiries.own_page.visit import COOKIE, Visit

ENDED = "Your enquiry has ended. Begin again, and you can book."
OVER = "To keep your details safe this page closes by itself. Ask for a new link, and go on."


def own_page(view: Callable) -> Callable:
    """For all pages under /journey/: they know the visit, and are kept by no cache."""

    @wraps(view)
    @never_cache
    def visited(request, *args, **kwargs):
        request.visit = Visit(request)
        response = view(request, *args, **kwargs)
        if request.visit.kept or request.COOKIES.get(COOKIE):
            request.visit.keep_in(response)
        # The address of a link holds its token, which nobody else's log should get.
        response.headers["Referrer-Policy"] = "strict-origin"
        return response

    return visited


def signed_in(view: Callable) -> Callable:
    """Only with a visit: its enquiry is the only one that these views know."""

    @wraps(view)
    @own_page
    def known(request, *args, **kwargs):
        if request.visit.enquiry is None:
            if request.COOKIES.get(COOKIE):
                messages.info(request, OVER)
            request.visit.end()
            return redirect("own_page")
        return view(request, *args, **kwargs)

    known.own = True  # type: ignore[attr-defined]
    return known


def while_open(view: Callable) -> Callable:
    """For what an enquiry that has ended no longer offers: back to their page, which says how to begin again."""

    @wraps(view)
    def offered(request, *args, **kwargs):
        if not request.visit.enquiry.is_open:
            messages.info(request, ENDED)
            return redirect("own_page")
        return view(request, *args, **kwargs)

    return offered
