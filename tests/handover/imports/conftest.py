import pytest

from handover.imports.services import upload_past, work_on_imports

HEADER = "external_id,received_at,email,postcode,first_name,Officer\n"
GOOD = "A-{n},2026-03-02,anna{n}@example.org,NE8 1AA,Anna,Sue\n"


def rows(count: int, first: int = 1) -> str:
    """A file with so many good rows."""
    return HEADER + "".join(GOOD.format(n=n) for n in range(first, first + count))


MIXED = (
    rows(3)
    + "A-1,2026-03-02,again@example.org,,,\n"  # row 5: already there
    + "=A-5,2026-03-32,five@example.org,,,\n"  # row 6: no such day
    + '"@SUM(A1)",2026-03-02,,,,\n'  # row 7: nothing to reach them by
)


@pytest.fixture
def broker_away(monkeypatch):
    """Nobody can be told; the sweep finds what waits."""
    from handover.tasks import work_on_imports as task

    def refuse(*_args, **_kwargs):
        raise ConnectionError

    monkeypatch.setattr(task, "apply_async", refuse)


@pytest.fixture
def upload(directory, manager, broker_away):
    """upload(text) gives the file as it is kept, before a worker has seen it."""

    def up(text: str | bytes = MIXED, by=None):
        raw = text.encode() if isinstance(text, str) else text
        return upload_past(by=by or manager, file_name="past.csv", raw=raw)

    return up


@pytest.fixture
def checked(upload):
    """checked(text) gives the file after the worker has tried it."""

    def up(*args, **kwargs):
        job = upload(*args, **kwargs)
        work_on_imports()
        job.refresh_from_db()
        return job

    return up
