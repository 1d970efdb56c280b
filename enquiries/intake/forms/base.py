"""What every page of the journey shares."""

from enquiries.intake.known import Known
from hub.design.fields import DATE_PARTS
from hub.design.forms import DesignDateField, DesignForm

YES_NO = [("yes", "Yes"), ("no", "No")]


class StepForm(DesignForm):
    """A page of the journey. `answers` are the cleaned answers of the pages before it, `known` what was looked up."""

    mark_optional = False

    def __init__(self, data=None, *, answers=None, known=None, **kwargs):
        self.answers = answers or {}
        self.known = known or Known()
        super().__init__(data, **kwargs)

    @property
    def inputs(self) -> list[str]:
        """The names under which the page's answers are posted."""
        return [
            written
            for name, field in self.fields.items()
            for written in ([f"{name}_{part}" for part in DATE_PARTS] if isinstance(field, DesignDateField) else [name])
        ]

    @property
    def stops(self) -> bool:
        """Whether the answer just found good means that they go no further now."""
        return False

    @property
    def why(self) -> str:
        """For a page on which one may stop: why they did (`SteppedAside.Why`)."""
        return ""

    def rows(self) -> list[tuple[str, str]]:
        """What was answered, as (question in short, answer in words), for the page that shows it all again."""
        return [(str(field.label), self.shown(name)) for name, field in self.fields.items()]

    def shown(self, name: str) -> str:
        """The answer to one field in words: a choice by its label, several one under another."""
        value = self.cleaned_data.get(name)
        labels = dict(getattr(self.fields[name], "choices", []))
        values = value if isinstance(value, list) else [value]
        return "\n".join(str(labels.get(one, one)) for one in values if one not in (None, "", False))
