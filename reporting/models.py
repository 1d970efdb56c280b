"""The tables of reporting, each beside the part of the domain that it belongs to."""

from reporting.returns.models import NARRATIVE, Recipient, Return, ReturnLink, Review, SignedFile

__all__ = ["NARRATIVE", "Recipient", "Return", "ReturnLink", "Review", "SignedFile"]
