"""The questions, one form for each page. What they lead to is for steps.py and the service to say."""

from enquiries.intake.forms.base import StepForm
from enquiries.intake.forms.last import SendForm

__all__ = ["SendForm", "StepForm"]
