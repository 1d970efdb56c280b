"""A return's document for tests: small, complete, and easy to reckon with."""

import copy

NAMES = {"E08000021": "Newcastle upon Tyne", "E08000024": "Sunderland", "E08000037": "Gateshead"}

COUNTS = {
    "M01": ("Contacts received", "households", (14, 9, 6, 1)),
    "M02": ("Initial enquiries", "households", (12, 8, 6, 0)),
    "M05": ("First conversations", "households", (11, 7, 6, 0)),
    "M08": ("Initial visits", "households", (3, 2, 7, 0)),
    "M10": ("EOIs submitted", "households", (5, 0, 0, 0)),
    "M12": ("Referrals to authorities", "referrals", (5, 6, 0, 0)),
    "M16": ("Applications received", "households", (1, 0, 2, 0)),
    "M18": ("Applications approved", "households", (0, 0, 0, 0)),
    "M19": ("Approved places", "places", (0, 0, 0, 0)),
}
SHARES = {"M06": ("First conversation within target", ((10, 12), (6, 8), (6, 6), (0, 0)))}
MEDIANS = {
    "M07": ("Median working days to first conversation", "working days", 1.0, (1.0, 0.5, 1.0, None)),
    "M17": ("Median calendar days, enquiry to application", "days", 58.0, (47.0, None, 61.5, None)),
}
CHANNELS = {"web": (9, 5, 4, 0), "phone": (3, 3, 2, 0)}


def percent(numerator: int, denominator: int) -> dict:
    value = round(100 * numerator / denominator, 1) if denominator else None
    return {"value": value, "numerator": numerator, "denominator": denominator}


def spread(cells) -> dict:
    return {"authorities": dict(zip(NAMES, cells, strict=False)), "unallocated": cells[-1]}


def count(code: str, cells) -> dict:
    label, unit, _ = COUNTS[code]
    return {"code": code, "label": label, "unit": unit, "total": sum(cells), **spread(cells)}


def share(code: str, cells) -> dict:
    total = percent(sum(cell[0] for cell in cells), sum(cell[1] for cell in cells))
    line = {"code": code, "label": SHARES[code][0], "unit": "percent", "total": total.pop("value"), **total}
    return line | spread([percent(*cell) for cell in cells])


def document(**changes) -> dict:
    """September 2026 in three authorities."""
    lines = [count(code, cells) for code, (_, _, cells) in COUNTS.items()]
    lines += [share(code, cells) for code, (_, cells) in SHARES.items()]
    lines += [
        {"code": code, "label": label, "unit": unit, "total": total, **spread(cells)}
        for code, (label, unit, total, cells) in MEDIANS.items()
    ]
    values = {key: {"total": sum(cells), **spread(cells)} for key, cells in CHANNELS.items()}
    label = "Initial enquiries by channel"
    lines.append({"code": "M03", "label": label, "breakdown": "channel", "unit": "households", "values": values})
    made = {
        "return": "dfe-monthly",
        "definition": "2026.1",
        "hub": "Fostering Together North East",
        "period": {"from": "2026-09-01", "to": "2026-09-30"},
        "as_at": "2026-10-01T09:00:00+01:00",
        "status": "draft",
        "lines": sorted(lines, key=lambda line: line["code"]),
    }
    return copy.deepcopy({**made, **changes})


NARRATIVE = [
    {"code": "N1", "label": "Progress", "text": "=HYPERLINK(1)\nTwo events."},
    {"code": "N2", "label": "Risks", "text": ""},
    {"code": "N3", "label": "Communications", "text": "A <b>radio</b> campaign."},
]
