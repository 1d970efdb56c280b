"""The return as a workbook: a cover with the totals, a sheet for each section, every figure to pivot, the narrative."""

import io
from typing import Any

import xlsxwriter

from reporting.layout import Cell, ReturnTable

COUNT = "#,##0"
SHARE = '0.0"%"'
DAYS = "#,##0.0"
HOURS = "#,##0.00"
POUNDS = "£#,##0.00"


def to_xlsx(document: dict, names: dict[str, str] | None = None) -> bytes:
    """The workbook as bytes: numbers as numbers, "no cases" where a figure is absent, ready to print."""
    table = ReturnTable(document, names)
    out = io.BytesIO()
    # A text that begins with = must stay a text, or a narrative could run as a formula.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        workbook.set_properties(
            {
                "title": f"{table.title}, {table.period}",
                "author": table.hub,
                "created": table.as_at.replace(tzinfo=None),
            }
        )
        sheets = Sheets(workbook, table)
        sheets.cover()
        sheets.restatement()
        sheets.sections()
        sheets.by_authority()
        sheets.narrative()
        sheets.risks()
        sheets.plan()
    return out.getvalue()


class Sheets:
    """Writes the sheets of one workbook with the formats they share."""

    def __init__(self, workbook: Any, table: ReturnTable):
        self.workbook, self.table = workbook, table
        self.title = self._format(bold=True, font_size=16)
        self.bold = self._format(bold=True)
        self.head = self._format(bold=True, text_wrap=True, valign="top", bottom=2, bg_color="#E3EEEF")
        self.section = self._format(bold=True, top=1, bg_color="#F3F0EA")
        self.plain = self._format(valign="top")
        self.wrap = self._format(text_wrap=True, valign="top")
        self.quiet = self._format(font_color="#4D5358", align="right", valign="top")
        self.numbers = {
            shape: self._format(num_format=shape, valign="top") for shape in (COUNT, SHARE, DAYS, HOURS, POUNDS)
        }

    def cover(self) -> None:
        """What the return is, and the totals by section."""
        sheet = self._sheet("Return", [8, 48, 14, 12, 12, 12])
        facts = self._facts()
        sheet.write_string(0, 0, f"{self.table.title}: {self.table.period}", self.title)
        for line, (key, value) in enumerate(facts, 1):
            sheet.write_string(line, 0, key, self.bold)
            sheet.write_string(line, 2, value)
        line = len(facts) + 2
        self._header(sheet, line, ["Code", "Measure", "Unit", "Total", "Numerator", "Denominator"])
        for section in self.table.sections:
            rows = [row for group in section.groups if not group.breakdown for row in group.rows]
            if not rows:
                continue
            line += 1
            for column in range(6):
                sheet.write_string(line, column, section.title if column == 0 else "", self.section)
            for row in rows:
                line += 1
                self._words(sheet, line, [row.code, row.full_label, row.unit])
                self._figures(sheet, line, 3, row.total)
        self._fit(sheet, line, 5, landscape=False)

    def by_authority(self) -> None:
        """One row for each measure and authority, to filter and to pivot."""
        sheet = self._sheet("By authority", [8, 44, 14, 26, 13, 12, 12, 12])
        head = ["Code", "Measure", "Unit", "Authority", "GSS code", "Value", "Numerator", "Denominator"]
        self._header(sheet, 0, head)
        line = 0
        for row in self.table.rows:
            if row.breakdown:
                continue
            for column, name in self.table.columns:
                line += 1
                code = "" if column in ("total", "unallocated") else column
                self._words(sheet, line, [row.code, row.full_label, row.unit, name, code])
                self._figures(sheet, line, 5, row.cell(column))
        self._freeze(sheet, line, len(head) - 1)

    def sections(self) -> None:
        """A sheet for each section: its measures, then each breakdown, with a column for each authority."""
        columns = self.table.columns
        for section in self.table.sections:
            sheet = self._sheet(section.slug.replace("-", " ").capitalize(), [8, 46, 14, *[14] * len(columns)])
            sheet.write_string(0, 0, section.title, self.title)
            line = 1
            for group in section.groups:
                line += 1
                head = group.rows[0].breakdown_name.capitalize() if group.breakdown else "Measure"
                self._words(sheet, line, [group.title], self.bold)
                line += 1
                self._header(sheet, line, ["Code", head, "Unit", *(name for _, name in columns)])
                for row in group.rows:
                    line += 1
                    self._words(sheet, line, [row.code, row.name, row.unit], self.wrap)
                    for place, (column, _) in enumerate(columns, 3):
                        self._value(sheet, line, place, row.cell(column))
                    if row.total.of:
                        line += 1
                        self._words(sheet, line, ["", "of which, and out of how many", "cases"], self.wrap)
                        for place, (column, _) in enumerate(columns, 3):
                            self._note(sheet, line, place, row.cell(column).of)
                line += 1
            sheet.freeze_panes(0, 3)
            sheet.repeat_columns(0, 2)
            self._fit(sheet, line, 2 + len(columns), landscape=True)

    def restatement(self) -> None:
        """Of a restatement: why, and every figure that moved; no sheet of a first version."""
        if not self.table.restates:
            return
        sheet = self._sheet("Restatement", [8, 46, 34, 26, 20, 20])
        sheet.write_string(0, 0, f"Version {self.table.document['version']} replaces version "
                                 f"{self.table.restates['version']}", self.title)  # fmt: skip
        sheet.merge_range(1, 0, 1, 5, f"Reason: {self.table.restates['reason']}", self.wrap)
        self._header(sheet, 3, ["Code", "Measure", "Value of the breakdown", "Authority", "From", "To"])
        line = 3
        pairs = zip(self.table.moved, self.table.restates["moved"], strict=True)
        for line, (cell, raws) in enumerate(pairs, 4):
            words = [cell["code"], cell["label"], cell["key"] or cell.get("basis", ""), cell["column"]]
            self._words(sheet, line, words, self.wrap)
            for column, said, raw in ((4, cell["from"], raws["from"]), (5, cell["to"], raws["to"])):
                if isinstance(raw, int | float):
                    sheet.write_number(line, column, raw, self.numbers[_shape(Cell(raw, cell["unit"]))])
                else:
                    self._note(sheet, line, column, said)
        self._fit(sheet, line, 5, landscape=True)

    def narrative(self) -> None:
        """What was written about the figures; no sheet where the document has no narrative."""
        if not self.table.narrative:
            return
        sheet = self._sheet("Narrative", [8, 34, 90])
        self._header(sheet, 0, ["Code", "Heading", "Text"])
        for line, part in enumerate(self.table.narrative, 1):
            sheet.write_string(line, 0, part["code"], self.plain)
            sheet.write_string(line, 1, part["label"], self.wrap)
            sheet.write_string(line, 2, part["text"] or "Nothing written", self.wrap)
        self._freeze(sheet, len(self.table.narrative), 2)

    def risks(self) -> None:
        """Risks and issues as they stood; no sheet where the document has none. The plan likewise."""
        head = ["Number", "Kind", "What", "Score", "Likelihood", "Impact", "Owner", "What we do about it", "Look again"]
        rows = [
            [one["number"], one["kind_name"], one["title"], one["score"], one["likelihood"], one["impact"],
             one["owner"], one["mitigation"], one["review"]]
            for one in self.table.risks
        ]  # fmt: skip
        self._register("Risks and issues", head, [8, 10, 44, 8, 11, 8, 24, 60, 28], rows)

    def plan(self) -> None:
        head = ["Number", "What", "By when", "How it stands", "Done on", "Note"]
        rows = [
            [one["number"], one["what"], f"{one['due_on']:%-d %B %Y}", one["state"],
             f"{one['done_on']:%-d %B %Y}" if one["done_on"] else "", one["note"]]
            for one in self.table.milestones
        ]  # fmt: skip
        self._register("Plan", head, [8, 50, 20, 16, 20, 60], rows)

    def _register(self, name: str, head: list[str], widths: list[int], rows: list[list[Any]]) -> None:
        if not rows:
            return
        sheet = self._sheet(name, widths)
        self._header(sheet, 0, head)
        for line, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(line, column, value, self.numbers[COUNT])
                else:
                    sheet.write_string(line, column, value, self.wrap)
        self._freeze(sheet, len(rows), len(head) - 1)

    def _facts(self) -> list[tuple[str, str]]:
        table = self.table
        facts = [
            ("Hub", table.hub),
            ("Period", f"{table.period_from:%-d %B %Y} to {table.period_to:%-d %B %Y}"),
            ("Figures as at", f"{table.as_at:%-d %B %Y, %H:%M}"),
            ("Definition", table.document["definition"]),
            ("Status", "Signed" if table.is_signed else "DRAFT: not signed, may change"),
        ]
        if table.restates:
            version, before = table.document["version"], table.restates["version"]
            facts.append(("Version", f"{version}, which replaces version {before}: see the sheet Restatement"))
        if table.reviewed_by:
            facts.append(("Reviewed", table.reviewed_by))
        if table.signed_at:
            facts.append(("Signed", f"{table.signed_by}, {table.signed_at:%-d %B %Y, %H:%M}"))
        return facts

    def _format(self, **properties: Any) -> Any:
        return self.workbook.add_format({"font_name": "Arial", "font_size": 10, **properties})

    def _sheet(self, name: str, widths: list[int]) -> Any:
        sheet = self.workbook.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, self.plain)
        return sheet

    def _header(self, sheet: Any, line: int, words: list[str]) -> None:
        for column, word in enumerate(words):
            sheet.write_string(line, column, word, self.head)

    def _words(self, sheet: Any, line: int, words: list[str], form: Any = None) -> None:
        for column, word in enumerate(words):
            sheet.write_string(line, column, word, form or self.plain)

    def _note(self, sheet: Any, line: int, column: int, words: str) -> None:
        sheet.write_string(line, column, words, self.quiet)

    def _figures(self, sheet: Any, line: int, column: int, cell: Cell) -> None:
        """The value, and for a percentage the cases behind it."""
        self._value(sheet, line, column, cell)
        for place, number in enumerate((cell.numerator, cell.denominator), column + 1):
            if number is not None:
                sheet.write_number(line, place, number, self.numbers[COUNT])

    def _value(self, sheet: Any, line: int, column: int, cell: Cell) -> None:
        if isinstance(cell.value, int | float):
            sheet.write_number(line, column, cell.value, self.numbers[_shape(cell)])
        else:
            sheet.write_string(line, column, cell.text, self.quiet)

    def _freeze(self, sheet: Any, last: int, width: int, columns: int = 0) -> None:
        sheet.freeze_panes(1, columns)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, last, width)
        self._fit(sheet, last, width, landscape=True)

    def _fit(self, sheet: Any, last: int, width: int, *, landscape: bool) -> None:
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.print_area(0, 0, last, width)
        sheet.set_footer("&L&F&C&A&RPage &P of &N")


def _shape(cell: Cell) -> str:
    if cell.unit.startswith("percent"):
        return SHARE
    if cell.unit == "pounds":
        return POUNDS
    if cell.unit == "hours":
        return HOURS
    return DAYS if cell.unit in ("days", "working days", "score") else COUNT
