"""What every page of the portal says of the council itself."""

from django import template

from handover.onboarding.services import notice_for
from hub.current import current
from hub.working_time import today

register = template.Library()


@register.simple_tag
def portal_notice(user):
    """Why nothing is sent to the person's council, or None."""
    if not user.is_authenticated or user.authority_id is None:
        return None
    members = {authority.pk for authority in current().members_on(today())}
    return notice_for(user.authority, member=user.authority_id in members)
