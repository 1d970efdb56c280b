"""The files of a return: the same figures in each, typed, readable, and honest about what is absent."""

import csv
import io
import json

import openpyxl
import pytest
from pypdf import PdfReader

from reporting.exports.csv import HEADER, to_csv
from reporting.exports.json import canonical_json
from reporting.exports.pdf import to_html, to_pdf
from reporting.exports.xlsx import to_xlsx
from reporting.layout import ReturnTable, authority_names
from tests.reporting.documents import COUNTS, NAMES, NARRATIVE, document

SIGNED = {"status": "signed", "signed": {"at": "2026-10-05T10:00:00+01:00", "by": "Moira Manager"}}
HASH = "ab" * 32


def book(made: dict) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(made, NAMES)))


def records(made: dict) -> list[dict]:
    return list(csv.DictReader(io.StringIO(to_csv(made, NAMES))))


def pdf_text(made: dict, **more) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(to_pdf(made, NAMES, **more))).pages)


# --- CSV ---


def test_csv_has_a_record_for_each_figure():
    found = records(document())
    assert list(found[0]) == HEADER
    columns = len(NAMES) + 2
    assert len(found) == columns * (len(COUNTS) + 1 + 2 + 2)
    by = {(r["code"], r["value_key"], r["column"]): r for r in found}
    assert by["M02", "", "total"]["value"] == "26"
    assert by["M02", "", "Sunderland"] | {"gss_code": "E08000024", "value": "8"} == by["M02", "", "Sunderland"]
    web = by["M03", "web", "Gateshead"]
    assert (web["breakdown"], web["value"], web["label"]) == ("channel", "4", "Initial enquiries by channel")
    share = by["M06", "", "Newcastle upon Tyne"]
    assert (share["value"], share["numerator"], share["denominator"]) == ("83.3", "10", "12")


def test_csv_leaves_an_absent_value_empty():
    by = {(r["code"], r["column"]): r for r in records(document()) if not r["breakdown"]}
    absent = by["M06", "unallocated"]
    assert (absent["value"], absent["numerator"], absent["denominator"]) == ("", "0", "0")
    assert by["M17", "Sunderland"]["value"] == ""


# --- XLSX ---


def test_xlsx_cover_says_what_it_is_and_gives_typed_totals():
    sheet = book(document())["Return"]
    words = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"Monthly return: September 2026", "DRAFT: not signed, may change", "2026.1"} <= words
    totals = {row[0].value: row for row in sheet.iter_rows()}
    assert totals["M02"][3].value == 26 and totals["M02"][3].data_type == "n"
    share = totals["M06"]
    assert [cell.value for cell in share[3:6]] == [84.6, 22, 26]
    assert share[3].number_format == '0.0"%"'


def test_xlsx_by_authority_is_a_table_to_filter():
    sheet = book(document())["By authority"]
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == f"A1:H{sheet.max_row}"
    rows = {(row[0], row[3]): row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert rows["M02", "Gateshead"][4:6] == ("E08000037", 6)
    assert rows["M06", "Sunderland"][5:8] == (75, 6, 8)
    assert rows["M17", "Sunderland"][5] == "no cases"
    assert rows["M06", "Unallocated"][5:8] == ("no cases", 0, 0)
    assert not any(row[0] == "M03" for row in rows.values())


def rows_of(sheet) -> dict[tuple, list]:
    """By code and name, the figures of a section's sheet."""
    return {
        (row[0].value, row[1].value): [cell.value for cell in row[3:]]
        for row in sheet.iter_rows(min_row=4)
        if row[0].value
    }


def test_xlsx_has_a_sheet_for_each_section_with_its_measures_and_breakdowns_by_authority():
    workbook = book(document())
    assert {"Enquiries", "Conversations", "Applications"} <= set(workbook.sheetnames)
    rows = rows_of(workbook["Enquiries"])
    assert rows["M02", "Initial enquiries"] == [26, 6, 12, 8, 0]
    assert rows["M03", "Website"] == [18, 4, 9, 5, 0]


def test_xlsx_of_a_restatement_lists_what_moved():
    moved = [{"code": "M02", "label": "Initial enquiries", "unit": "households", "column": "E08000037", "from": 5,
              "to": 6}]  # fmt: skip
    restates = {"version": 1, "sha256": "x", "as_at": "2026-10-01T09:00:00+01:00", "moved": moved, "reason": "=late"}
    sheet = book(document(version=2, restates=restates))["Restatement"]
    assert sheet["A2"].value == "Reason: =late"
    assert [cell.value for cell in sheet[5]] == ["M02", "Initial enquiries", "", "Gateshead", 5, 6]
    html = to_html(document(version=2, restates=restates), NAMES)
    assert "replaces version 1" in html and "Every figure that moved" in html


def test_xlsx_narrative_is_text_and_never_a_formula():
    sheet = book(document(narrative=NARRATIVE))["Narrative"]
    cell = sheet["C2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)\nTwo events.", "s")
    assert sheet["C3"].value == "Nothing written"
    assert "Narrative" not in book(document()).sheetnames


def test_xlsx_prints_on_a4_with_its_heading_on_each_page():
    workbook = book(document(**SIGNED))
    for sheet in workbook.worksheets:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert workbook["By authority"].print_title_rows == "$1:$1"
    assert workbook["Enquiries"].page_setup.orientation == "landscape"
    cover = {cell.value for row in workbook["Return"].iter_rows() for cell in row}
    assert "Moira Manager, 5 October 2026, 10:00" in cover


# --- PDF ---


@pytest.fixture(scope="module")
def signed_pdf() -> bytes:
    return to_pdf(document(narrative=NARRATIVE, **SIGNED), NAMES, sha256=HASH)


def test_pdf_is_tagged_and_says_its_language_and_title(signed_pdf):
    catalogue = PdfReader(io.BytesIO(signed_pdf)).trailer["/Root"]
    assert catalogue["/Lang"] == "en-GB"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalogue
    assert b"pdfuaid:part" in catalogue["/Metadata"].get_object().get_data()
    assert PdfReader(io.BytesIO(signed_pdf)).metadata.title.startswith("Monthly return, September 2026")


def test_pdf_has_table_headings_and_a_picture_with_words(signed_pdf):
    kinds, alts = set(), []

    def walk(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif hasattr(node, "get") and node.get("/S"):
            kinds.add(node["/S"])
            alts.append(node.get("/Alt"))
            walk(node.get("/K", []))

    walk(PdfReader(io.BytesIO(signed_pdf)).trailer["/Root"]["/StructTreeRoot"]["/K"])
    assert {"/Table", "/TH", "/TD", "/Caption", "/Figure", "/H1", "/H2"} <= kinds
    assert any(alt and alt.startswith("Bar chart of September 2026: enquiries 26") for alt in alts)


def test_pdf_of_a_signed_return_carries_narrative_signature_and_hash(signed_pdf):
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(signed_pdf)).pages)
    assert "Signed by Moira Manager on 5 October 2026 at 10:00" in text
    assert HASH in text.replace("\n", "")
    assert "Two events." in text and "A <b>radio</b> campaign." in text
    assert "DRAFT" not in text


def test_pdf_of_a_draft_says_so_on_every_page():
    reader = PdfReader(io.BytesIO(to_pdf(document(), NAMES)))
    assert all("DRAFT" in page.extract_text() for page in reader.pages)


def test_pdf_pages_with_many_columns_lie_across(signed_pdf):
    sizes = [page.mediabox for page in PdfReader(io.BytesIO(signed_pdf)).pages]
    assert sizes[0].width < sizes[0].height
    assert any(size.width > size.height for size in sizes)


def test_pdf_of_a_hub_with_twenty_authorities_splits_its_tables():
    """Fourteen columns fit across a page; the rest follows in a table of its own, with the total again."""
    made = document()
    names = {f"E090000{number:02}": f"Borough {number:02}" for number in range(20)}
    for line in made["lines"]:
        for row in line["values"].values() if "values" in line else [line]:
            some = next(iter(row["authorities"].values()))
            row["authorities"] = dict.fromkeys(names, some)
    html = to_html(made, names)
    assert html.count("Initial enquiries by channel (continued)") == 1
    assert html.count('<th scope="col">Borough 00</th>') == html.count('<th scope="col">Borough 19</th>') > 0
    assert html.count('<th scope="col">Unallocated</th>') == html.count('<th scope="col">Borough 19</th>')


# --- the quarterly return ---


def quarterly() -> dict:
    """The two conversions of K03, and no step of the journey."""
    line = next(line for line in document()["lines"] if line["code"] == "M06")
    lines = [{**line, "code": "K03", "label": "Conversion", "basis": basis} for basis in ("flow", "cohort")]
    period = {"from": "2026-07-01", "to": "2026-09-30"}
    return document(**{"return": "dfe-quarterly", "period": period, "lines": lines})


def test_the_quarterly_return_goes_into_every_format():
    text = pdf_text(quarterly())
    assert "July to September 2026" in text and "quarterly KPI return" in text and "From enquiry" not in text
    assert "Conversion (flow)" in text and "Conversion (cohort)" in text
    cover = {cell.value for row in book(quarterly())["Return"].iter_rows() for cell in row}
    assert {"Quarterly KPI return: July to September 2026", "Conversion (cohort)"} <= cover
    assert {record["basis"] for record in records(quarterly())} == {"flow", "cohort"}


# --- all of them ---


def test_canonical_json_is_the_same_in_any_order():
    made = document()
    turned = dict(reversed(made.items()))
    assert canonical_json(made) == canonical_json(turned)
    assert json.loads(canonical_json(made)) == made
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"value": float("nan")})


def test_the_order_of_a_breakdown_is_that_of_its_list_whatever_the_database_gives():
    made = document()
    line = next(line for line in made["lines"] if line["code"] == "M03")
    line["values"] = dict(sorted(line["values"].items()))  # phone before web
    names = [row.name for row in ReturnTable(made, NAMES).rows if row.code == "M03"]
    assert names == ["Website", "Telephone"]


def test_no_line_is_lost_between_sections():
    made = document()
    made["lines"].append({**made["lines"][0], "code": "X99", "label": "Something new"})
    table = ReturnTable(made, NAMES)
    shown = [row for section in table.sections for group in section.groups for row in group.rows]
    assert sorted(row.code for row in shown) == sorted(row.code for row in table.rows)
    assert table.sections[-1].title == "Other figures"


def test_names_come_from_the_authorities_on_record(authorities):
    assert authority_names(document()) == NAMES
