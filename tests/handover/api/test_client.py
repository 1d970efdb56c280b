"""The client in docs/client/, which councils start from, against the real thing over HTTP, and against a hub that is
busy, away or restarting."""

import http.server
import importlib.util
import json
import stat
import threading
from pathlib import Path

import pytest

from handover.models import Handover
from handover.package import canonical_json
from handover.pdf import make_pdf
from hub.models import ApiAnswer
from hub.working_time import today

from .conftest import ALL

ROOT = Path(__file__).resolve().parents[3]


def the_client():
    spec = importlib.util.spec_from_file_location("referrals", ROOT / "docs" / "client" / "referrals.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


referrals = the_client()


@pytest.mark.django_db(transaction=True)
def test_it_fetches_accepts_and_sends_a_milestone(
    live_server, gateshead, sent, settings, tmp_path, monkeypatch, capsys
):
    from hub.api.services import issue_token

    monkeypatch.setattr("hub.messages.services._tell_worker", lambda message_id: None)
    monkeypatch.setattr("handover.services._tell_the_worker", lambda handover_id: None)
    settings.MEDIA_ROOT = tmp_path / "media"
    _, secret = issue_token(name="Case system", authority=gateshead, scopes=ALL, days=30)
    monkeypatch.setenv("HUB_URL", live_server.url)
    monkeypatch.setenv("HUB_TOKEN", secret)
    handover, other, folder = sent(), sent(), tmp_path / "referrals"

    def run(*arguments: str) -> str:
        referrals.main(["--folder", str(folder), *arguments])
        return capsys.readouterr().out

    assert f"{handover.reference}: opened, NE8, Gateshead" in run("fetch")
    preview = json.loads((folder / handover.reference / "referral.json").read_text())
    assert preview["preview"] and "Amina" not in json.dumps(preview)
    assert not (folder / handover.reference / "package.json").exists()

    assert "accepted. Next: initial_visit, application_received, closed." in run("accept", handover.reference)
    make_pdf(handover.pk)
    assert "accepted, at with_authority" in run("fetch")
    handover.refresh_from_db()
    assert (folder / handover.reference / "package.json").read_bytes() == canonical_json(handover.package)
    assert (folder / handover.reference / "package.pdf").read_bytes().startswith(b"%PDF")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    said = run("milestone", handover.reference, "application_received", today().isoformat())
    assert "stage1_started" in said and not list(folder.glob("*.key"))
    assert handover.enquiry.activities.filter(kind="application_received").count() == 1
    assert "declined" in run("decline", other.reference, "capacity", "Full until May")
    with pytest.raises(SystemExit, match="no longer waiting"):
        run("accept", other.reference)
    assert set(Handover.objects.values_list("state", flat=True)) == {"accepted", "declined"}
    assert ApiAnswer.objects.count() == 3


class Busy(http.server.BaseHTTPRequestHandler):
    """Answers as it is told to, one after another, and keeps what it was asked."""

    answers: list
    asked: list

    def do_POST(self):
        self.asked.append((self.headers["Idempotency-Key"], self.rfile.read(int(self.headers["Content-Length"]))))
        status, headers = self.answers.pop(0)
        if status == 0:
            self.connection.close()
            return
        body = b'{"detail": "Said."}' if status >= 400 else b'{"done": true}'
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said):
        pass


@pytest.fixture
def busy():
    class Mine(Busy):
        answers, asked = [], []

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mine)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Mine, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_waits_as_it_is_told_and_sends_the_same_under_the_same_key(busy, tmp_path):
    hub, url = busy
    hub.answers[:] = [(429, {"Retry-After": "7"}), (503, {}), (0, {}), (409, {"Retry-After": "5"}), (200, {})]
    waited: list[float] = []
    answer = referrals.Folder(tmp_path).send(referrals.Hub(url, "t", sleep=waited.append), "x/", {"a": 1})
    assert answer == {"done": True} and len(set(hub.asked)) == 1 and len(hub.asked) == 5
    assert waited[0] == 7 and 2 <= waited[1] <= 4 and 4 <= waited[2] <= 8 and waited[3] == 5


def test_after_giving_up_the_next_try_has_the_key_of_the_first(busy, tmp_path):
    hub, url = busy
    hub.answers[:] = [(503, {})] * referrals.TRIES + [(200, {})]
    folder = referrals.Folder(tmp_path)
    with pytest.raises(referrals.Problem):
        folder.send(referrals.Hub(url, "t", sleep=lambda s: None), "x/", {"a": 1})
    folder.send(referrals.Hub(url, "t", sleep=lambda s: None), "x/", {"a": 1})
    assert len({key for key, _ in hub.asked}) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 409, 422])
def test_what_does_not_pass_is_said_at_once(busy, tmp_path, status):
    hub, url = busy
    hub.answers[:] = [(status, {})]
    with pytest.raises(referrals.Problem, match=f"{status}. Said."):
        referrals.Folder(tmp_path).send(referrals.Hub(url, "t", sleep=lambda s: None), "x/", {})
    assert len(hub.asked) == 1 and not list(tmp_path.glob("*.key"))


def test_the_token_goes_nowhere_else(busy, tmp_path):
    hub, url = busy
    hub.answers[:] = [(302, {"Location": f"{url}/elsewhere"}), (200, {})]
    with pytest.raises(referrals.Problem, match=r"302\."):
        referrals.Folder(tmp_path).send(referrals.Hub(url, "t", sleep=lambda s: None), "x/", {})
    assert len(hub.asked) == 1
    with pytest.raises(SystemExit, match="https"):
        referrals.Hub("http://foster.example.org", "t")
