"""What a hub promises itself until it says otherwise (pages.md, "Reports")."""

import datetime

OF_OLD = datetime.date(2000, 1, 1)
TARGETS = {"M06": 90}


def make_targets(model) -> None:
    """The default targets in the table of the model `Target`, where the hub has none for the code."""
    for code, value in TARGETS.items():
        if not model.objects.filter(code=code).exists():
            model.objects.create(code=code, value=value, applies_from=OF_OLD)
