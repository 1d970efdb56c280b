"""The models of the app, gathered for Django from the parts of the domain they live in."""

from hub.api.models import ApiAnswer, ApiToken
from hub.audit import AccessLog
from hub.configuration import Closure, Hub, Standard
from hub.current import ConfigurationVersion
from hub.health import Heartbeat
from hub.messages.models import Message
from hub.people.models import User
from hub.places.models import Authority, Membership, NeighbourHub, Postcode, PostcodeDirectory, Succession
from hub.sweep import Lease

__all__ = [
    "AccessLog",
    "ApiAnswer",
    "ApiToken",
    "Authority",
    "Closure",
    "ConfigurationVersion",
    "Heartbeat",
    "Hub",
    "Lease",
    "Membership",
    "Message",
    "NeighbourHub",
    "Postcode",
    "PostcodeDirectory",
    "Standard",
    "Succession",
    "User",
]
