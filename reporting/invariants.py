"""What must always hold of returns. Each check gives a sentence for each thing that does not hold."""

from collections.abc import Iterator

from reporting.households.upkeep import differences
from reporting.models import Return


def signed_returns_are_unchanged() -> Iterator[str]:
    """A signed return is what was signed."""
    for signed in Return.objects.filter(status=Return.Status.SIGNED).iterator(chunk_size=100):
        if signed.fingerprint != signed.sha256:
            yield f"{signed} does not have its hash."


CHECKS = {
    "Every signed return has its hash": signed_returns_are_unchanged,
    "What is derived is what the facts say": differences,
}
