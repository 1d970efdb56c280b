"""The bar itself, in the tests too: no page to read grows past it unseen."""

import pytest

from tests.bench import public_pages

pytestmark = pytest.mark.django_db


def test_every_public_page_is_light(directory):
    rows = public_pages.rows()
    assert [row["name"] for row in rows if not row["met"]] == []
    assert len(rows) == len(public_pages.PAGES)
    for row in rows:  # styles and the design system's script are counted, and counted as compressed
        assert 20_000 < row["files_bytes"] < 60_000 and row["page_bytes"] > 3_000
