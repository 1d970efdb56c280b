"""A setting that is missing or malformed stops start-up with one sentence that says what to do."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
COMPLETE = {
    "DATABASE_URL": "postgres://hub:password@localhost:5432/hub",
    "REDIS_URL": "redis://localhost:6379/0",
    "SECRET_KEY": "long and random",
    "BASE_URL": "https://foster.example.org",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
}


def start_with(environment: dict[str, str], then: str = "") -> subprocess.CompletedProcess:
    program = f"import hub.settings; {then}"
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True)


def test_a_complete_environment_starts():
    assert start_with(COMPLETE).returncode == 0


def test_what_the_address_of_the_database_asks_is_kept_beside_our_options():
    where = "postgres://hub@/hub?host=/var/run/ours&sslmode=require"
    run = start_with({**COMPLETE, "DATABASE_URL": where}, "print(hub.settings.DATABASES['default']['OPTIONS'])")
    options = {"host": "/var/run/ours", "sslmode": "require", "prepare_threshold": 2}
    assert run.stdout.strip() == str(options)


@pytest.mark.parametrize(("pooled", "expected"), [("0", "2 False"), ("1", "None True")])
def test_behind_a_pooler_nothing_is_kept_on_a_connection(pooled, expected):
    said = "d = hub.settings.DATABASES['default'];"
    said += "print(d['OPTIONS']['prepare_threshold'], d['DISABLE_SERVER_SIDE_CURSORS'])"
    assert start_with({**COMPLETE, "DATABASE_POOLED": pooled}, said).stdout.strip() == expected


@pytest.mark.parametrize("name", COMPLETE)
def test_a_missing_one_is_named_with_an_example(name):
    run = start_with({key: value for key, value in COMPLETE.items() if key != name})
    assert run.returncode == 1
    assert re.fullmatch(
        rf"Cannot start: {name} is not set\. Set it in the environment, for example {name}=.*\n", run.stderr
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://localhost/hub"),
        ("REDIS_URL", "localhost:6379"),
        ("BASE_URL", "foster.example.org"),
        ("EMAIL_URL", "mail.example.org"),
        ("HUB_DEMO", "perhaps"),
        ("INBOUND_IMAP_URL", "mail.example.org"),
        ("INBOUND_IMAP_URL", "imaps:///INBOX"),
        ("FASTEST_PERSON_SECONDS", "-1"),
        ("TELEPHONE_WEBHOOK_SECRET", "a secret"),
        ("TELEPHONE_WEBHOOK_SECRET", f"whsec_{'A' * 33}"),
        ("NOTIFY_CALLBACK_TOKEN", "short"),
        ("NOTIFY_API_KEY", "only-its-name"),
        ("NOTIFY_EMAIL_TEMPLATE_ID", "my template"),
        ("NOTIFY_URL", "api.notifications.service.gov.uk"),
    ],
)
def test_a_malformed_one_is_one_sentence(name, value):
    run = start_with({**COMPLETE, name: value})
    assert run.returncode == 1
    assert run.stderr.startswith(f"Cannot start: {name} must ")
    assert run.stderr.count("\n") == 1


def test_every_setting_is_listed_in_the_example():
    source = (ROOT / "hub" / "settings.py").read_text()
    asked = set(re.findall(r'(?:boolean|number|required|url|optional_url|words|env\.str)\(\s*"([A-Z_]+)"', source))
    assert asked >= set(COMPLETE)
    listed = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    assert asked - listed == set()


def test_a_template_of_notify_needs_its_key():
    run = start_with({**COMPLETE, "NOTIFY_SMS_TEMPLATE_ID": "9d751e0e-f929-4891-82a1-a3e1c3c18ee3"})
    assert (run.returncode, run.stderr.count("\n")) == (1, 1)
    assert run.stderr.startswith("Cannot start: NOTIFY_API_KEY must be set")
