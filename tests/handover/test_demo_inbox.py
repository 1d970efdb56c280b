"""The demo's inbox has something to judge, and an email stands on a timeline."""

from enquiries.models import Activity, HeldSubmission, InboundMessage
from hub.models import Message

from .test_demo import run, some_postcodes  # noqa: F401


def test_the_inbox_of_the_demo(some_postcodes):  # noqa: F811
    run("--enquiries", "3", "--months", "1")
    assert HeldSubmission.objects.held().count() == 2
    assert sorted(InboundMessage.objects.values_list("state", flat=True)) == [
        "filed", "quarantined", "set_aside", "set_aside"
    ]  # fmt: skip
    written = Activity.objects.get(kind="message_received", note__contains="Thursday")
    assert written.enquiry.names == "Kirsty Blenkinsop"
    assert not Message.objects.filter(template="acknowledgement").exists()
