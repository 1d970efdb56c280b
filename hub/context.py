from django.conf import settings
from django.utils.functional import SimpleLazyObject

from hub.configuration import Hub
from hub.people.demo import DEMO_PASSWORD, demo_signins


def hub(request) -> dict:
    """What every page may show: the hub's name and telephone, and in a demo the sample sign-ins."""
    return {
        "hub": SimpleLazyObject(lambda: Hub.objects.first() or Hub(name="Fostering hub")),
        "demo": settings.HUB_DEMO,
        "demo_signins": demo_signins if settings.HUB_DEMO else [],
        "demo_password": DEMO_PASSWORD if settings.HUB_DEMO else "",
    }
