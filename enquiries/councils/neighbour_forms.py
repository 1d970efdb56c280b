from django import forms

from hub.current import current
from hub.design.forms import DesignForm, EmailField, Look
from hub.places.models import NeighbourHub


class NeighbourHubForm(DesignForm):
    mark_optional = False
    looks = {"telephone": Look(width="20"), "email": Look(width="two-thirds"), "website": Look(width="two-thirds")}
    name = forms.CharField(label="Name", max_length=100, error_messages={"required": "Enter the name of the hub"})
    telephone = forms.CharField(label="Telephone", max_length=30, required=False)
    email = EmailField(label="Email", required=False)
    website = forms.URLField(
        label="Website",
        required=False,
        assume_scheme="https",
        help_text="For example, https://www.example.org",
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}),
        error_messages={"invalid": "Enter the address of the website, like https://www.example.org"},
    )
    councils = forms.CharField(
        label="Its councils",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="One on each line: its name, or its GSS code. People who live there are referred to this hub.",
    )

    def __init__(self, data=None, *, hub: NeighbourHub | None = None):
        first = {}
        if hub is not None:
            first = {name: getattr(hub, name) for name in ("name", "telephone", "email", "website")}
            first["councils"] = "\n".join(str(authority) for authority in hub.authorities.all())
        super().__init__(data, initial=first)

    def clean_councils(self) -> list:
        authorities = current().authorities
        known = {text.casefold(): a for code, a in authorities.items() for text in (code, a.name)}
        lines = [" ".join(line.split()) for line in self.cleaned_data["councils"].splitlines()]
        wrong = [line for line in lines if line and line.casefold() not in known]
        if wrong:
            raise forms.ValidationError(
                f"We know no council called {wrong[0][:60]}. Enter its name as the list has it."
            )
        return list(dict.fromkeys(known[line.casefold()] for line in lines if line))

    def details(self) -> dict:
        data = self.cleaned_data
        contact = {name: data[name] for name in ("name", "telephone", "email", "website")}
        return {**contact, "authorities": data["councils"]}
