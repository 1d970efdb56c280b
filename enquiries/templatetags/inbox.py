"""How many wait in the inbox, for the menu."""

from django import template

from enquiries.inbox.waiting import waiting_for

register = template.Library()


@register.simple_tag
def inbox_count(user) -> int:
    return waiting_for(user).count()
