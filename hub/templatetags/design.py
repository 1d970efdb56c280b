"""The components with content of their own, as block tags; the rest are includes. See docs/design.md."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from hub import contact, navigation
from hub.design import forms
from hub.design.wording import sentence
from hub.spoken_dates import time_in_words

register = template.Library()


def _draw(name: str, **parameters):
    return render_to_string(f"components/{name}.html", parameters)


def _inner(content) -> str:
    # What a block encloses was escaped when it was rendered.
    return mark_safe(content.strip())


@register.filter
def lone_fields(form):
    """Fields to draw one under another; those that a choice reveals are left out. Takes any form."""
    return form.lone_fields() if hasattr(form, "lone_fields") else form.visible_fields()


@register.filter
def error_lines(form):
    return forms.error_lines(form)


@register.filter
def phone(e164):
    """A telephone number as people here dial it."""
    return contact.format_phone(e164) if e164 else ""


@register.filter
def clock(time):
    """A time of day as people say it: 9am, 5:30pm, midday."""
    return time_in_words(time) if time else ""


@register.filter
def pounds(amount):
    """Money as people write it: £1,200 and £38.46; a dash where there is nothing to say."""
    if amount is None:
        return "–"
    return f"£{amount:,.0f}" if amount == int(amount) else f"£{amount:,.2f}"


@register.simple_tag
def tag(text, colour=""):
    return _draw("tag", text=text, colour=colour)


@register.simple_tag(takes_context=True)
def action_button(context, href, text, kind="", what="", **hidden):
    """A button that posts to the address, with hidden values; `what` is read out after the text."""
    parameters = {"href": href, "text": text, "kind": kind, "what": what, "hidden": hidden}
    return render_to_string("components/action.html", parameters, request=context.get("request"))


@register.simple_block_tag
def inset(content):
    return _draw("inset", content=_inner(content))


@register.simple_block_tag
def warning(content):
    return _draw("warning", content=_inner(content))


@register.simple_block_tag
def safe_contact(content, title="Safe to contact"):
    return _draw("safe_contact", content=_inner(content), title=title)


@register.simple_block_tag
def notification(content, title="Important", kind="", id="notification-title", quiet=False):
    return _draw("notification", content=_inner(content), title=title, kind=kind, id=id, quiet=quiet)


@register.simple_block_tag
def panel(content, title):
    return _draw("panel", content=_inner(content), title=title)


@register.simple_block_tag
def details(content, title, open=False):
    return _draw("details", content=_inner(content), title=title, open=open)


@register.simple_block_tag
def nothing_here(content, title):
    return _draw("nothing_here", content=_inner(content), title=title)


@register.simple_block_tag
def summary_list(content, card="", card_href="", card_action="Change", plain=False):
    parameters = {"card": card, "card_href": card_href, "card_action": card_action, "plain": plain}
    return _draw("summary_list", content=_inner(content), **parameters)


@register.simple_block_tag
def row(content, key, change="", action="Change", what=""):
    """One row of a summary list. `what` is read out after the link's text; the key in lower case unless given."""
    what = what or sentence(key)
    return _draw("summary_row", content=_inner(content), key=key, change=change, action=action, what=what)


@register.simple_block_tag
def data_table(content, caption, id="table", size="m", hidden_caption=False, small=False, stack=False):
    """A table whose rows are written plainly inside; `id` differs where a page has two."""
    parameters = {"id": id, "size": size, "hidden_caption": hidden_caption, "small": small, "stack": stack}
    return _draw("data_table", content=_inner(content), caption=caption, **parameters)


@register.simple_block_tag
def timeline(content):
    return mark_safe(f'<div class="moj-timeline">{_inner(content)}</div>')


@register.simple_block_tag
def timeline_item(content, title, at=None, by="", when="", ago="", voided="", kind="", level=3, id=""):
    """One fact. `when` replaces the written date, `voided` is the reason for which it no longer counts."""
    looks = {"at": at, "by": by, "when": when, "ago": ago, "voided": voided, "kind": kind, "level": level, "id": id}
    return _draw("timeline_item", content=_inner(content), title=title, **looks)


@register.simple_block_tag
def identity_band(content, title, caption="", status="", colour=""):
    return _draw("identity_band", content=_inner(content), title=title, caption=caption, status=status, colour=colour)


@register.simple_block_tag
def fact(content, key, late=False):
    """One fact of an identity band."""
    return _draw("band_fact", content=_inner(content), key=key, late=late)


@register.simple_block_tag
def filter_panel(content, title="Filter", chosen=(), clear="", open=False, button="Apply filters"):
    parameters = {"chosen": chosen, "clear": clear, "open": open, "button": button}
    return _draw("filter_panel", content=_inner(content), title=title, **parameters)


@register.filter
def can(user, right):
    """Whether the person holds the right: {% if user|can:"see_reports" %}. Nobody signed in holds none."""
    return user.is_authenticated and user.can(right)


@register.simple_tag
def menu_of(user):
    """The menu items that this person may open (hub/navigation.py)."""
    return navigation.menu_of(user)
