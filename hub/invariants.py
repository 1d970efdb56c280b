"""What must always hold of what every app shares. Each check gives a sentence for each thing that does not hold."""

from collections.abc import Iterator

from hub.models import Message


def messages_have_a_reference() -> Iterator[str]:
    """A message that nobody can trace to its enquiry is one that nobody can answer for."""
    for key in Message.objects.filter(reference="").values_list("pk", flat=True).iterator():
        yield f"Message {key} has no reference."


CHECKS = {"Every message in the outbox has a reference": messages_have_a_reference}
