import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")


def settle() -> None:
    """Let the collector of garbage hold nobody up. What a process loads to begin with stays for good: it need not be
    looked through again. And what one page needs is mostly gone again before anything is looked through: else it is
    kept as old, and every tenth long list took three times as long as the others.
    """
    get_resolver().url_patterns  # noqa: B018  every view is loaded now, and not by whoever asks first
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


application = get_wsgi_application()
settle()
