"""Access to pages: the wrong role gets 403, a stranger signs in, somebody else's record does not exist (404)."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied

from hub.isolation import bound_to


def right_required(right: str) -> Callable:
    """Let in only those whose role holds the right; sends strangers to sign in.

    For an authority's staff the view is one transaction, in which the database shows what is theirs and no more.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        @login_required
        def guarded(request, *args, **kwargs):
            if not request.user.can(right):
                raise PermissionDenied
            if request.user.is_authority_staff:
                with bound_to(request.user.authority_id):
                    return view(request, *args, **kwargs)
            return view(request, *args, **kwargs)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return decorate
