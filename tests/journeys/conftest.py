"""A real browser against a real server on loopback, with a real Celery worker behind it."""

import json
import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

# Playwright's own event loop runs in the thread in which the tests use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "var" / "pictures"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def browser():
    assert CHROMIUM, "Chromium is not installed: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def visitor(browser, live_server):
    """visitor(width, script=True) is a new person's browser window on the site."""
    contexts = []

    def open_window(width: int = 1280, *, script: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture
def celery_worker_thread(transactional_db, worker_id):
    """A Celery worker on real Redis, on a queue of its own so that parallel test runs do not take each other's jobs."""
    from celery.contrib.testing.worker import start_worker

    from hub.celery import app

    before = app.conf.task_default_queue
    app.conf.task_default_queue = f"tests-{worker_id}-{os.getpid()}"
    app.amqp.queues.clear()
    app.amqp.queues.select([])
    with start_worker(app, pool="solo", perform_ping_check=False, queues=[app.conf.task_default_queue]):
        yield
    app.conf.task_default_queue = before


def look_at(page: Page, name: str) -> None:
    """What every visited page must pass: axe finds nothing, nothing scrolls sideways; a picture is kept to look at."""
    page.wait_for_load_state()
    width = page.viewport_size["width"]
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True)
    assert "Server Error" not in page.title()
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{name} is {overflow}px wider than a screen of {width}px"
    page.evaluate(AXE.read_text())
    found = page.evaluate("tags => axe.run({runOnly: tags})", WCAG)["violations"]
    assert not found, f"{name} at {width}px:\n" + json.dumps(
        [{v["id"]: [(n["target"], n["failureSummary"]) for n in v["nodes"]]} for v in found], indent=1
    )
