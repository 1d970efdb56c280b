"""docs/personal-data.md lists every field of every model, and nothing that is gone."""

import re
from pathlib import Path

from django.apps import apps

REGISTER = Path(__file__).resolve().parent.parent / "docs" / "personal-data.md"
APPS = ["hub", "enquiries", "handover", "reporting"]


def fields_of_models() -> dict[str, set[str]]:
    models = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    # The history tables repeat the fields of the table they follow.
    return {
        model._meta.label: {field.name for field in model._meta.concrete_fields}
        for model in models
        if not hasattr(model, "pgh_tracked_model")
    }


def fields_of_register() -> dict[str, set[str]]:
    rows = {}
    for line in REGISTER.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 5:
            rows[cells[0].strip("`")] = set(re.findall(r"`(\w+)`", cells[2] + cells[4]))
    return rows


def test_every_field_is_in_the_register_and_none_that_is_gone():
    assert fields_of_register() == fields_of_models()
