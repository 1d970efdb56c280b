import datetime

import pytest
from django.core.management import CommandError, call_command

from handover.models import Agreement


def test_an_agreement_is_recorded_once_and_may_be_given_its_end(gateshead):
    signed = ["E08000037", "--agreement", "2", "--signed-by", "D. Simmons", "--from", "2026-04-01"]
    call_command("record_agreement", *signed)
    call_command("record_agreement", *signed, "--to", "2027-03-31")
    agreement = Agreement.objects.get()
    assert (agreement.authority, agreement.ends_on) == (gateshead, datetime.date(2027, 3, 31))
    assert Agreement.objects.current(datetime.date(2027, 3, 31)).exists()
    assert not Agreement.objects.current(datetime.date(2027, 4, 1)).exists()


@pytest.mark.parametrize(
    ("code", "end", "sentence"),
    [("E08000035", "2027-03-31", "not the GSS code of a member"), ("E08000037", "2026-03-31", "end before it starts")],
)
def test_what_makes_no_sense_is_refused(authorities, code, end, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command(
            "record_agreement", code, "--agreement", "2", "--signed-by", "D", "--from", "2026-04-01", "--to", end
        )
