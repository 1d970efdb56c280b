"""What a manager must know of the agreements, on pages that know nothing of handovers."""

from django import template

from handover.agreements.standing import standings

register = template.Library()


@register.inclusion_tag("agreements/notice.html")
def agreements_notice(user):
    wrong = [one for one in standings() if one.wrong] if user.can("change_settings") else []
    return {"wrong": wrong}
