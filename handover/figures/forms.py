from django import forms

from handover.figures.known import FIGURES, LARGEST
from handover.figures.services import MOST_REMARKS
from hub.design.forms import DesignForm, Look


class FiguresForm(DesignForm):
    """One field for each figure, with the month before beside it. Empty is not supplied."""

    mark_optional = False
    # Which odd values were asked about already: each is asked once.
    asked = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def __init__(self, *args, before: dict[str, int | None], before_name: str, now: dict | None = None, **kwargs):
        now = now or {}
        kwargs["initial"] = {figure.name: now.get(figure.code) for figure in FIGURES} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        for figure in FIGURES:
            was = before.get(figure.code)
            self.fields[figure.name] = forms.IntegerField(
                label=figure.label,
                required=False,
                min_value=0,
                max_value=LARGEST,
                help_text=f"{figure.about} {before_name}: {'not supplied' if was is None else was}.".strip(),
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                error_messages={
                    "invalid": f"{figure.label} must be a whole number, like 12",
                    "min_value": f"{figure.label} must be 0 or more",
                    "max_value": f"{figure.label} must be {LARGEST:,} or less",
                },
            )
        self.fields["remarks"] = forms.CharField(
            label="Remarks",
            required=False,
            max_length=MOST_REMARKS,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="What the hub should know about these figures. Nothing about a person.",
        )
        self.looks = {figure.name: Look(width="5") for figure in FIGURES} | {"remarks": Look(mark_optional=True)}

    def clean(self):
        data = super().clean()
        if (
            not self.errors
            and all(data.get(figure.name) is None for figure in FIGURES)
            and not any(self.initial.get(figure.name) is not None for figure in FIGURES)
        ):
            self.add_error(FIGURES[0].name, "Enter at least one figure")
        return data

    def values(self) -> dict[str, int | None]:
        """What `record_figures` takes."""
        return {figure.code: self.cleaned_data[figure.name] for figure in FIGURES}

    def not_asked_yet(self, odd: dict[str, str]) -> dict[str, str]:
        """Those of the questions that were not put about just this value."""
        asked = set(self.cleaned_data["asked"].split())
        return {code: said for code, said in odd.items() if self._mark(code) not in asked}

    def asking(self, odd: dict[str, str]) -> "FiguresForm":
        """The same form once more, which knows what it asks."""
        self.data = self.data.copy()
        self.data["asked"] = " ".join(self._mark(code) for code in odd)
        return self

    def _mark(self, code: str) -> str:
        return f"{code}={self.cleaned_data[code.lower()]}"
