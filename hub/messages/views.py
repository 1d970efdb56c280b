from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hub.messages.ways.mailbox import newest

MOST = 60


@require_GET
def demo_mailbox(request):
    """In the demo alone: every message that would have left, as its receiver would read it."""
    if not settings.HUB_DEMO:
        raise Http404
    return render(request, "demo/demo_mailbox.html", {"letters": newest(MOST), "most": MOST})
