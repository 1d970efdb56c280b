"""One try, against a real server that answers well, badly, or not at all."""

import base64
import hashlib
import hmac
import json
import socket
import ssl
import subprocess
import time

import pytest
from standardwebhooks.webhooks import Webhook

from handover.webhooks import addresses, sending
from handover.webhooks.addresses import NotAllowed, NotFound, addresses_of, target_of
from tests.handover.webhooks.receiver import drip, hang

SECRET = "whsec_" + base64.b64encode(b"a" * 32).decode()
OLD = "whsec_" + base64.b64encode(b"b" * 32).decode()
BODY = '{"data":{"reference":"FT-7K3M-H1"},"type":"handover.sent"}'


def send(url: str, *, secrets=(SECRET,)):
    return sending.send(url=url, event_id="msg_1", body=BODY, secrets=list(secrets))


@pytest.fixture(autouse=True)
def at_home(settings):
    settings.WEBHOOKS_TO_LOOPBACK = True


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(sending, "SECONDS", 0.7)


# ---- it goes -----------------------------------------------------------------


def test_what_arrives_is_signed_as_standard_webhooks_has_it(receiver):
    answer = send(receiver.url)
    assert answer.went and answer.status == 204
    (asked,) = receiver.asked
    assert asked.path == "/from-the-hub?who=us" and asked.body.decode() == BODY
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert Webhook(SECRET).verify(asked.body, asked.headers) == json.loads(BODY)
    # And by hand, as docs/api.md tells it.
    signed = f"{asked.headers['webhook-id']}.{asked.headers['webhook-timestamp']}.".encode() + asked.body
    expected = base64.b64encode(hmac.new(b"a" * 32, signed, hashlib.sha256).digest()).decode()
    assert asked.headers["webhook-signature"] == f"v1,{expected}"


def test_two_secrets_sign_and_either_verifies(receiver):
    send(receiver.url, secrets=[SECRET, OLD])
    (asked,) = receiver.asked
    for secret in (SECRET, OLD):
        Webhook(secret).verify(asked.body, asked.headers)


# ---- it does not -------------------------------------------------------------


def test_a_redirect_is_not_followed(receiver):
    receiver.answers(302, f"Location: http://127.0.0.1:{receiver.port}/elsewhere")
    answer = send(receiver.url)
    assert answer.status == 302 and "do not follow" in answer.fault
    assert [asked.path for asked in receiver.asked] == ["/from-the-hub?who=us"]


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_a_status_that_is_no_success_is_a_fault(receiver, status):
    receiver.answers(status, body=b"no")
    answer = send(receiver.url)
    assert answer.status == status and f"answered {status}" in answer.fault
    assert answer.is_gone is (status == 410)


@pytest.mark.parametrize("way", [hang, drip])
def test_one_that_hangs_or_drips_is_left_in_time(receiver, quick, way):
    receiver.answer = way
    began = time.monotonic()
    answer = send(receiver.url)
    assert answer.status is None and "No answer within" in answer.fault
    assert time.monotonic() - began < 3


def test_a_connection_that_is_closed(receiver):
    receiver.answer = lambda connection: None
    assert send(receiver.url).fault == "It closed the connection without an answer."


def test_what_is_no_http(receiver):
    receiver.answer = b"+PONG\r\n"
    assert send(receiver.url).fault == "What it answered is no HTTP."


def test_nothing_listens(receiver):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert send(f"http://127.0.0.1:{port}/").fault == "Nothing answers at that address."


def test_a_huge_body_is_not_read(receiver):
    sent = []

    def flood(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        for _ in range(2000):
            connection.sendall(b"x" * 65536)
            sent.append(65536)

    receiver.answer = flood
    began = time.monotonic()
    assert send(receiver.url).went
    assert time.monotonic() - began < 3
    assert sum(sent) < 50_000_000  # no more than the buffers between hold


def test_headers_without_end_are_no_answer(receiver, quick):
    def endless(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(100_000):
            connection.sendall(f"x-{number}: {'y' * 500}\r\n".encode())

    receiver.answer = endless
    assert not send(receiver.url).went


def test_no_proxy_of_the_environment_is_asked(receiver, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert send(receiver.url).went


# ---- TLS ---------------------------------------------------------------------


@pytest.fixture
def secured(receiver, tmp_path):
    """The receiver with a certificate for the name localhost, signed by nobody but itself."""
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    receiver.wrap = lambda plain: context.wrap_socket(plain, server_side=True)
    receiver.certificate = str(certificate)
    return receiver


def test_a_certificate_that_nobody_signed_is_refused(secured):
    answer = send(f"https://localhost:{secured.port}/")
    assert "certificate is not good" in answer.fault and secured.asked == []


def test_a_good_certificate_is_checked_for_the_name_and_not_for_the_address(secured, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", secured.certificate)
    resolve_to(monkeypatch, "127.0.0.1")
    assert send(f"https://localhost:{secured.port}/").went
    assert secured.asked[0].headers["host"] == f"localhost:{secured.port}"
    assert "certificate is not good" in send(f"https://cases.example.org:{secured.port}/").fault
    assert len(secured.asked) == 1


def test_a_secured_one_that_drips_is_left_in_time(secured, monkeypatch, quick):
    monkeypatch.setenv("SSL_CERT_FILE", secured.certificate)
    resolve_to(monkeypatch, "127.0.0.1")
    secured.answer = drip
    began = time.monotonic()
    assert "No answer within" in send(f"https://localhost:{secured.port}/").fault
    assert time.monotonic() - began < 3


def test_a_handshake_that_never_ends_is_left_in_time(receiver, quick):
    """The plain server waits for a request that never comes in clear."""
    began = time.monotonic()
    assert not send(f"https://127.0.0.1:{receiver.port}/").went
    assert time.monotonic() - began < 3


# ---- never inside our own network --------------------------------------------


def resolve_to(monkeypatch, *answers: str):
    """Every name leads to these addresses, one answer of the name server after the other, the last for ever."""
    asked = []

    def getaddrinfo(host, port, *args, **kwargs):
        address = host
        if not host.replace(".", "").isdigit() and ":" not in host:  # an address needs no name server
            asked.append(host)
            address = answers[min(len(asked), len(answers)) - 1]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        end = (address, port, 0, 0) if ":" in address else (address, port)
        return [(family, socket.SOCK_STREAM, 6, "", end)]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", getaddrinfo)
    return asked


INSIDE = [
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::",
    "2001:0:1::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused_whatever_the_name(address, monkeypatch, settings):
    settings.WEBHOOKS_TO_LOOPBACK = False
    resolve_to(monkeypatch, address)
    with pytest.raises(NotAllowed):
        addresses_of(target_of("https://cases.example.org/"), seconds=5)


@pytest.mark.parametrize("address", [a for a in INSIDE if a not in ("127.0.0.1", "127.8.8.8", "::1")])
def test_at_home_loopback_alone_is_allowed(address, monkeypatch):
    resolve_to(monkeypatch, address)
    with pytest.raises(NotAllowed):
        addresses_of(target_of("http://cases.example.org/"), seconds=5)


@pytest.mark.parametrize("address", ["8.8.8.8", "81.2.69.160", "2a00:1450:4009:81f::200e"])
def test_a_public_address_is_allowed(address, monkeypatch, settings):
    settings.WEBHOOKS_TO_LOOPBACK = False
    resolve_to(monkeypatch, address)
    assert addresses_of(target_of("https://cases.example.org/"), seconds=5) == [address]


def test_one_address_inside_is_enough(monkeypatch, settings):
    settings.WEBHOOKS_TO_LOOPBACK = False
    both = [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *a, **k: both)
    with pytest.raises(NotAllowed):
        addresses_of(target_of("https://cases.example.org/"), seconds=5)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
def test_other_ways_to_write_loopback(host, settings):
    settings.WEBHOOKS_TO_LOOPBACK = False
    with pytest.raises((NotAllowed, NotFound)):
        addresses_of(target_of(f"https://{host}/"), seconds=5)


def test_the_name_is_asked_once_and_the_checked_address_is_connected_to(receiver, monkeypatch):
    """Who owns a name may answer with a good address first and with one inside the second time."""
    asked = resolve_to(monkeypatch, "127.0.0.1", "10.0.0.1")
    connected = []
    real = socket.create_connection
    monkeypatch.setattr(
        sending.socket, "create_connection", lambda to, **kwargs: connected.append(to[0]) or real(to, **kwargs)
    )
    assert send(f"http://cases.example.org:{receiver.port}/").went
    assert asked == ["cases.example.org"]
    assert connected == ["127.0.0.1"]
    # The next try asks again, and is refused.
    assert "not public" in send(f"http://cases.example.org:{receiver.port}/").fault
    assert len(receiver.asked) == 1


def test_a_name_that_is_not_there_and_one_that_takes_for_ever(monkeypatch, quick):
    def missing(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(addresses.socket, "getaddrinfo", missing)
    assert send("https://cases.example.org/").fault == "The name of the address could not be found."
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *args, **kwargs: time.sleep(1.5))
    assert "took too long" in send("https://cases.example.org/").fault


@pytest.mark.parametrize(
    "url",
    [
        "", "cases.example.org", "ftp://cases.example.org/", "https://", "https:///hub", "javascript:alert(1)",
        "https://us:secret@cases.example.org/", "https://cases.example.org/#part", "https://cases.example.org:99999/",
        "https://cases.example.org:0/", "https://cases.example.org/a b", "https://cases.example.org/\r\nX: 1",
        "https://[::1/", "https://cäses.example.org/", f"https://cases.example.org/{'a' * 500}", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_what_is_no_address(url):
    with pytest.raises(NotAllowed):
        target_of(url)


def test_without_the_setting_only_https(settings):
    settings.WEBHOOKS_TO_LOOPBACK = False
    with pytest.raises(NotAllowed, match="https"):
        target_of("http://cases.example.org/")
    assert target_of("https://cases.example.org/").port == 443
