"""Bytes that look like emails, put together of what has broken mail programs."""

from hypothesis import strategies as st

HEADERS = st.sampled_from(
    ["From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Content-Type", "MIME-Version",
     "Content-Transfer-Encoding", "Content-Disposition", "Return-Path", "Auto-Submitted", "List-Id", "Precedence"]
)  # fmt: skip
PIECES = st.sampled_from(
    [b"=?utf-8?q?=00?=", b"=?x?b?/?=", b"<a@example.org>", b"multipart/mixed; boundary=b", b"text/html; charset=x",
     b"text/plain; charset=utf-16", b"multipart/report; report-type=delivery-status; boundary=b", b"base64", b"8bit",
     b"message/delivery-status", b"quoted-printable", b"attachment; filename*=utf-8''%00", b"Fri, 99 Nov 20261 10:15",
     b"a@[", b"\"", b"(", b"=?", b"\xff", b"\x00", b";;;", b"<<>>", b"@", b",", b"group: a@example.org, b@example.org;"]
)  # fmt: skip
VALUES = st.lists(PIECES | st.binary(max_size=12), max_size=4).map(b" ".join)
BODIES = st.lists(
    st.sampled_from([b"--b\r\n", b"--b--\r\n", b"\r\n", b"Content-Type: text/plain; charset=nope\r\n\r\n",
                     b"Content-Type: message/rfc822\r\n\r\n", b"Content-Type: message/delivery-status\r\n\r\n",
                     b"Action: failed\r\n", b"<p>&#0;</p>", b"=E9=", b"/w=="]) | st.binary(max_size=40), max_size=12
).map(b"".join)  # fmt: skip


@st.composite
def emails(draw):
    lines = draw(st.lists(st.tuples(HEADERS, VALUES), max_size=8))
    head = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in lines)
    return head + b"\r\n" + draw(BODIES)
