"""Forms as the GOV.UK Design System draws them. How to write a form page: docs/design.md.

The renderer is the project's FORM_RENDERER, so every form, allauth's too, is drawn by one template
(templates/components/field.html) and speaks in the same words.
"""

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.template import TemplateDoesNotExist

from hub.design.bound import DesignBoundField
from hub.design.fields import (
    DesignDateField,
    DesignTimeField,
    EmailField,
    NameField,
    PhoneField,
    PostcodeField,
)
from hub.design.looks import Look

__all__ = [
    "DesignDateField",
    "DesignForm",
    "DesignRenderer",
    "DesignTimeField",
    "EmailField",
    "Look",
    "NameField",
    "PhoneField",
    "PostcodeField",
    "error_lines",
]


class DesignRenderer(TemplatesSetting):
    """Draws every form of the project by our templates; plain widgets by Django's own."""

    form_template_name = "components/form_fields.html"
    field_template_name = "components/field.html"
    bound_field_class = DesignBoundField

    def get_template(self, template_name):
        try:
            return super().get_template(template_name)
        except TemplateDoesNotExist:
            return self._plain.get_template(template_name)

    @cached_property
    def _plain(self):
        return DjangoTemplates()


def error_lines(form) -> list[dict[str, str]]:
    """What the error summary says, in the order of the page, and the input each line leads to."""
    lines = []
    for name, messages in form.errors.items():
        if name in form.fields:
            continue
        first = next(iter(form.visible_fields()), None)
        lines += [{"text": text, "id": first.summary_id if first else ""} for text in messages]
    for field in form:
        lines += [{"text": text, "id": field.summary_id if field.kind != "hidden" else ""} for text in field.errors]
    return lines


class DesignForm(forms.Form):
    """The base of our forms: `{{ form }}` draws the fields, the page's layout draws the error summary."""

    use_required_attribute = False
    mark_optional = True
    looks: Mapping[str, Look] = {}
    # A form knows the kind of each of its fields (whether it has choices, say), which their base does not tell.
    fields: dict[str, Any]

    def lone_fields(self) -> list[BoundField]:
        """Visible fields in order, without those that a choice reveals (they are drawn inside it)."""
        revealed = {name for bound in self for names in bound.look.reveals.values() for name in names}
        return [bound for bound in self.visible_fields() if bound.name not in revealed]

    def sent_once(self, name: str) -> str:
        """The hidden field `name` together with what was typed, in at most 53 characters; "" where the page had none.

        A form that is pressed twice is one. Somebody else, typed into a page to which the browser went back, is not.
        """
        once = self.cleaned_data[name]
        typed = repr(sorted((field, str(value)) for field, value in self.cleaned_data.items()))
        return f"{once[:32]}-{hashlib.sha256(typed.encode()).hexdigest()[:20]}" if once else ""

    def require_when(self, when: bool, name: str, message: str) -> None:
        """For `clean`: a field that must be filled in because of another answer."""
        if when and name not in self.errors and self.cleaned_data.get(name) in (None, "", []):
            self.add_error(name, ValidationError(message, code="required"))
