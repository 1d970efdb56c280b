#!/usr/bin/env python3
"""A council's system at the hub: fetches referrals, answers them, sends milestones. Start your own from it.

It needs Python 3.11 or newer and nothing else.

    export HUB_URL=https://foster.example.org HUB_TOKEN=fhub_…
    python3 referrals.py fetch                          # what is new or changed since last time, into ./referrals/
    python3 referrals.py accept HKTR-4829-H1
    python3 referrals.py decline HKTR-4829-H1 capacity "Full until May"
    python3 referrals.py milestone HKTR-4829-H1 application_received 2026-12-04
    python3 referrals.py milestone HKTR-4829-H1 decided 2027-05-14 --outcome approved --places 2

Run `fetch` every few minutes. What it saves holds people's names and addresses: keep the folder as you keep case files.
"""

import argparse
import hashlib
import json
import os
import random
import re
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from urllib.parse import urlencode, urlsplit

TRIES = 6
LONGEST_WAIT_SECONDS = 60
PASSES = {429, 500, 502, 503, 504}  # what may go well the next time, with the same key


class Problem(Exception):
    """The hub said no. `status` is HTTP's; the text is a sentence that says what to do."""

    def __init__(self, status: int, body: dict):
        self.status, self.body = status, body
        places = [f"{one['pointer']}: {one['detail']}" for one in body.get("errors", [])]
        super().__init__(" ".join([f"{status}.", body.get("detail", ""), *places]))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token is for the hub's address alone: it is not carried to wherever an answer points."""

    def redirect_request(self, *_args, **_kwargs):
        return None


class Hub:
    """The API, asked politely: it waits as it is told to, and sends the same again under the same key."""

    def __init__(self, url: str, token: str, *, sleep=time.sleep):
        if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in ("localhost", "127.0.0.1"):
            raise SystemExit("HUB_URL must begin with https: the token and people's names go over it.")
        self.url, self.token, self.sleep = url.rstrip("/"), token, sleep
        self.opener = urllib.request.build_opener(_NoRedirect)

    def get(self, address: str, **asked) -> dict:
        query = f"?{urlencode(asked)}" if asked else ""
        return json.loads(self._ask("GET", self._at(address) + query)[1])

    def post(self, address: str, sent: dict, *, key: str) -> dict:
        return json.loads(self._ask("POST", self._at(address), sent, key)[1])

    def pdf(self, reference: str) -> bytes | None:
        """The package as PDF; None while it is still being made (404 with Retry-After): ask at the next fetch."""
        try:
            return self._ask("GET", self._at(f"handovers/{reference}/package.pdf"))[1]
        except Problem as problem:
            if problem.status == 404:
                return None
            raise

    def changed(self, since: str | None):
        """Each referral that is new or changed, and at the end, as a text, what to give as `since` next time."""
        page = self.get("handovers/", **({"updated_since": since} if since else {}))
        as_at = page["as_at"]  # of the first page: what changes while we turn the pages comes next time
        while True:
            yield from page["results"]
            if not page["next"]:
                break
            page = self.get(page["next"])
        yield as_at

    def _at(self, address: str) -> str:
        if address.startswith("http"):
            # The next page, as the hub names it: by its own name, which may be another than ours for it.
            parts = urlsplit(address)
            return f"{self.url}{parts.path}?{parts.query}"
        return f"{self.url}/api/v1/{address}"

    def _ask(self, method: str, url: str, sent: dict | None = None, key: str | None = None) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self.token}", "User-Agent": "council-referrals/1"}
        body = None
        if sent is not None:
            body = json.dumps(sent).encode()
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key or ""}
        for tried in range(1, TRIES + 1):
            request = urllib.request.Request(url, body, headers, method=method)
            try:
                with self.opener.open(request, timeout=30) as answer:
                    return answer.status, answer.read()
            except urllib.error.HTTPError as fault:
                problem = Problem(fault.code, _said(fault))
                # 409 with Retry-After: the same is being done at this moment.
                passes = fault.code in PASSES or (fault.code == 409 and fault.headers["Retry-After"])
                wait = fault.headers["Retry-After"]
            except (urllib.error.URLError, TimeoutError, ConnectionError) as fault:
                problem, passes, wait = Problem(0, {"detail": f"The hub cannot be reached: {fault}."}), True, None
            if not passes or tried == TRIES:
                raise problem
            self.sleep(_seconds(wait, tried))
        raise AssertionError("never here")


def _said(fault: urllib.error.HTTPError) -> dict:
    try:
        return json.loads(fault.read())
    except ValueError:
        return {"detail": "The answer could not be read."}


def _seconds(wait: str | None, tried: int) -> float:
    """As long as we are told; else twice as long each time, not all councils at the same moment."""
    if wait and wait.isdigit():
        return min(int(wait), LONGEST_WAIT_SECONDS)
    return min(2**tried, LONGEST_WAIT_SECONDS) * random.uniform(0.5, 1)


class Folder:
    """What was fetched, and what has to outlive a crash: since when to ask, and keys of what was not answered yet."""

    def __init__(self, path: Path):
        self.path = path
        path.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def since(self) -> str | None:
        file = self.path / "since.txt"
        return file.read_text() if file.exists() else None

    def fetched(self, as_at: str) -> None:
        self._write("since.txt", as_at.encode())

    def save(self, reference: str, name: str, content: bytes) -> None:
        if not re.fullmatch(r"[A-Za-z0-9-]{1,16}", reference):
            raise SystemExit(f"{reference!r} is no reference.")
        (self.path / reference).mkdir(mode=0o700, exist_ok=True)
        self._write(f"{reference}/{name}", content)

    def _write(self, name: str, content: bytes) -> None:
        """Whole or not at all."""
        unfinished = self.path / f"{name}.unfinished"
        unfinished.write_bytes(content)
        unfinished.replace(self.path / name)

    def send(self, hub: Hub, address: str, sent: dict) -> dict:
        """Send it once, however often this is tried: the key is kept until there is an answer."""
        same = hashlib.sha256(json.dumps([address, sent], sort_keys=True).encode()).hexdigest()[:20]
        file = self.path / f"sending-{same}.key"
        if not file.exists():
            self._write(file.name, uuid.uuid4().hex.encode())
        try:
            answer = hub.post(address, sent, key=file.read_text())
        except Problem as problem:
            if 400 <= problem.status < 500 and problem.status != 429:
                file.unlink()  # it was refused, and nothing was kept: mend it and send it anew
            raise
        file.unlink()
        return answer


def fetch(hub: Hub, folder: Folder) -> list[str]:
    """Save what is new or changed; gives a line for each. Only when all is saved do we go on from here next time."""
    told = []
    for row in hub.changed(folder.since):
        if isinstance(row, str):
            folder.fetched(row)
            break
        record = hub.get(f"handovers/{row['reference']}/")
        told.append(_save(hub, folder, record))
    return told


def _save(hub: Hub, folder: Folder, record: dict) -> str:
    reference = record["reference"]
    folder.save(reference, "referral.json", json.dumps(record, indent=2, ensure_ascii=False).encode())
    if record["package"] is None:
        area = f", {record['preview']['area']}" if record["preview"] else ""
        return f"{reference}: {record['state']}{area}"
    as_hashed = json.dumps(record["package"], sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    if hashlib.sha256(as_hashed).hexdigest() != record["package_sha256"]:
        raise SystemExit(f"The package of {reference} is not what was sent. Ring the hub.")
    folder.save(reference, "package.json", as_hashed)
    if record["pdf"] and (pdf := hub.pdf(reference)):
        folder.save(reference, "package.pdf", pdf)
    return f"{reference}: {record['state']}, at {record['summary']['stage']}"


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A council's referrals at the hub.")
    parser.add_argument("--folder", type=Path, default=Path("referrals"), help="where they are saved")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("fetch", help="what is new or changed since last time")
    verbs.add_parser("accept").add_argument("reference")
    for verb in ("decline", "return"):
        one = verbs.add_parser(verb)
        one.add_argument("reference")
        one.add_argument("reason")
        one.add_argument("note", nargs="?", default="")
    one = verbs.add_parser("milestone")
    for name in ("reference", "kind", "occurred_on"):
        one.add_argument(name)
    one.add_argument("--outcome")
    one.add_argument("--places", type=int)
    one.add_argument("--reason")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    asked = _asked(arguments)
    hub, folder = Hub(os.environ["HUB_URL"], os.environ["HUB_TOKEN"]), Folder(asked.folder)
    try:
        if asked.verb == "fetch":
            print("\n".join(fetch(hub, folder)) or "Nothing new.")
            return
        last = "milestones" if asked.verb == "milestone" else asked.verb
        known = ("reason", "note", "kind", "occurred_on", "outcome", "places")
        sent = {name: getattr(asked, name) for name in known if getattr(asked, name, None)}
        answer = folder.send(hub, f"handovers/{asked.reference}/{last}/", sent)
        print(
            f"{answer['reference']}: {answer['state']}. Next: {', '.join(answer['allowed_milestones']) or 'nothing'}."
        )
    except Problem as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
