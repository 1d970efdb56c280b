"""The kinds of support that a hub begins with; it renames, adds and withdraws them under Settings."""

KINDS = (
    ("one_to_one", "Talking with people one to one"),
    ("visits", "Visits and meetings"),
    ("applications", "Help with an application"),
    ("events", "Events and drop-ins"),
    ("training", "Training"),
    ("buddies", "Support by experienced carers"),
    ("other", "Something else"),
)


def make_kinds(model) -> None:
    """The default kinds in the table of the model `SupportKind`, where they are missing."""
    for position, (code, label) in enumerate(KINDS, 1):
        model.objects.get_or_create(code=code, defaults={"label": label, "position": position})
