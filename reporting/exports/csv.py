import csv
import io

from reporting.layout import ReturnTable

HEADER = [
    "code",
    "label",
    "unit",
    "breakdown",
    "value_key",
    "column",
    "gss_code",
    "value",
    "numerator",
    "denominator",
    "basis",
]


def to_csv(document: dict, names: dict[str, str] | None = None) -> str:
    """One record for each figure: code, breakdown, its value and column. No value means that there were no cases."""
    table = ReturnTable(document, names)
    out = io.StringIO(newline="")
    write = csv.writer(out)
    write.writerow(HEADER)
    for row in table.rows:
        for column, name in table.columns:
            cell = row.cell(column)
            code = "" if column in ("total", "unallocated") else column
            write.writerow(
                [
                    *(row.code, row.label, row.unit, row.breakdown, row.key),
                    *(column if not code else name, code, cell.value, cell.numerator, cell.denominator),
                    row.basis,
                ]
            )
    return out.getvalue()
