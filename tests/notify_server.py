"""A stand-in for GOV.UK Notify on loopback: it speaks its protocol as documented, so that the real client talks to it.

It checks the signed token of every call, keeps what it takes under its reference, and tells the hub afterwards what
became of it: `deliver` posts the receipt as Notify does, `text_in` a text that somebody sent.
"""

import base64
import json
import threading
import uuid
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from notifications_python_client.authentication import decode_jwt_token, get_token_issuer
from notifications_python_client.errors import TokenError

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
API_KEY = f"hub-{SERVICE}-{SECRET}"
EMAIL_TEMPLATE, SMS_TEMPLATE = "9d751e0e-f929-4891-82a1-a3e1c3c18ee3", "0a1b2c3d-f929-4891-82a1-a3e1c3c18ee3"
_WANTS = {EMAIL_TEMPLATE: {"subject", "body"}, SMS_TEMPLATE: {"body"}}


@dataclass
class NotifyServer:
    """What was taken, in order; `answers` are faults to give to the next calls: (status, error, message)."""

    taken: list[dict] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answers: list[tuple[int, str, str]] = field(default_factory=list)
    url: str = ""
    # Takes the message and then breaks the line, as when a worker dies before it has heard.
    hangs_up: bool = False

    def start(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"notify": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def deliver(self, client, taken: dict, status: str, *, token: str):
        """Post the receipt of a message to the hub, as Notify does."""
        receipt = {
            "id": taken["id"], "reference": taken["reference"], "to": taken["to"], "status": status,
            "created_at": "2026-11-20T09:30:00.000000Z", "completed_at": "2026-11-20T09:31:00.000000Z",
            "sent_at": "2026-11-20T09:30:30.000000Z", "notification_type": taken["type"],
            "template_id": taken["template_id"], "template_version": 1,
        }  # fmt: skip
        return self._tell(client, "/api/v1/notify/delivery-receipts/", receipt, token)

    def text_in(self, client, *, number: str, text: str, at: str, token: str):
        """Post a text that reached the service's number to the hub, as Notify does."""
        said = {
            "id": str(uuid.uuid4()), "source_number": number.lstrip("+"), "destination_number": "07700900000",
            "message": text, "date_received": at,
        }  # fmt: skip
        return self._tell(client, "/api/v1/notify/inbound-texts/", said, token)

    def _tell(self, client, address, said, token):
        headers = {"Authorization": f"Bearer {token}"}
        return client.post(address, json.dumps(said), content_type="application/json", headers=headers)


class _Handler(BaseHTTPRequestHandler):
    notify: NotifyServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        pass

    def do_GET(self):
        if not self._may():
            return
        parts = urlsplit(self.path)
        reference = parse_qs(parts.query).get("reference", [""])[0]
        self.notify.asked.append(reference)
        known = [{"id": one["id"], "status": "sending"} for one in self.notify.taken if one["reference"] == reference]
        self._answer(200, {"notifications": known, "links": {"current": self.path}})

    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._may():
            return
        if self.notify.answers:
            self._fault(*self.notify.answers.pop(0))
            return
        kind = urlsplit(self.path).path.rsplit("/", 1)[-1]
        fault = _check(kind, sent)
        if fault:
            self._fault(400, *fault)
            return
        taken = {"id": str(uuid.uuid4()), "type": kind, "template_id": "", "to": "", **sent}
        taken["to"] = sent.get("email_address") or sent.get("phone_number") or ""
        if kind == "letter":
            taken["pdf"] = base64.b64decode(sent["content"], validate=True)
        self.notify.taken.append(taken)
        if self.notify.hangs_up:
            self.close_connection = True
            self.connection.close()
            return
        self._answer(201, {"id": taken["id"], "reference": sent.get("reference"), "uri": self.path})

    def _may(self) -> bool:
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        try:
            if get_token_issuer(token) == SERVICE and decode_jwt_token(token, SECRET):
                return True
        except TokenError:
            pass
        self._fault(403, "AuthError", "Invalid token: API key not found")
        return False

    def _fault(self, status: int, error: str, message: str) -> None:
        self._answer(status, {"status_code": status, "errors": [{"error": error, "message": message}]})

    def _answer(self, status: int, said: dict) -> None:
        content = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _check(kind: str, sent: dict) -> tuple[str, str] | None:
    """What Notify finds wrong with a message, as (error, message); None where it takes it."""
    if kind == "letter":
        right = sent.get("reference") and base64.b64decode(sent.get("content", "")).startswith(b"%PDF-")
        return None if right else ("ValidationError", "letter_content is not a valid base64 encoded PDF")
    wanted = _WANTS.get(sent["template_id"])
    if wanted is None:
        return "BadRequestError", "Template not found"
    missing = wanted - set(sent.get("personalisation", {}))
    if missing:
        return "BadRequestError", f"Missing personalisation: {', '.join(sorted(missing))}"
    if kind == "email" and "@" not in sent["email_address"]:
        return "ValidationError", "email_address Not a valid email address"
    if kind == "sms" and not sent["phone_number"].lstrip("+").isdigit():
        return "ValidationError", "phone_number Must not contain letters or symbols"
    if kind == "sms" and len(sent["personalisation"]["body"]) > 918:
        return "BadRequestError", "Content for template has a character count greater than the limit of 918"
    return None
