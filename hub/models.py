"""The models of the app, gathered for Django from the parts of the domain they live in."""

from hub.audit import AccessLog
from hub.configuration import Closure, Hub, Standard
from hub.health import Heartbeat
from hub.messages.models import Message
from hub.people.models import User
from hub.places.models import Authority, Membership, Postcode, PostcodeDirectory

__all__ = [
    "AccessLog",
    "Authority",
    "Closure",
    "Heartbeat",
    "Hub",
    "Membership",
    "Message",
    "Postcode",
    "PostcodeDirectory",
    "Standard",
    "User",
]
