import re

from django import forms

from enquiries.casework.search import as_sought
from enquiries.models import Enquiry
from hub.design.forms import DesignForm, Look

_REFERENCE = re.compile(r"([A-Z]{4})[\s-]*([0-9]{4})")


class OtherEnquiryForm(DesignForm):
    looks = {"other": Look(width="10")}
    other = forms.CharField(
        label="Reference of the other enquiry",
        max_length=60,
        help_text="For example, HKTR-4829",
        error_messages={"required": "Enter a reference, like HKTR-4829"},
    )

    def __init__(self, *args, enquiry, user, **kwargs):
        self.enquiry, self.user = enquiry, user
        super().__init__(*args, **kwargs)

    def clean_other(self) -> Enquiry:
        typed = _REFERENCE.fullmatch(as_sought(self.cleaned_data["other"]).upper())
        if not typed:
            raise forms.ValidationError("Enter a reference, like HKTR-4829")
        found = Enquiry.objects.visible_to(self.user).filter(reference=f"{typed[1]}-{typed[2]}").first()
        if found is None:
            raise forms.ValidationError("There is no enquiry with this reference")
        if found.stands_for.pk == self.enquiry.pk:
            raise forms.ValidationError("That is this enquiry. Enter the reference of the other one")
        return found.stands_for
