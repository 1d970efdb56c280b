"""`duplicate_candidates` writes every pair once; the invariants find keys and merges that are not as they should be."""

import csv

import pytest
from django.core.management import CommandError, call_command

from enquiries.duplicates import services
from enquiries.duplicates.invariants import keys_are_those_of_the_people, merged_as_the_facts_say
from enquiries.duplicates.merging import merge_enquiries
from enquiries.duplicates.services import refuse_pair
from enquiries.models import Applicant, DuplicatePair, Enquiry, HouseholdKey

pytestmark = pytest.mark.django_db
BETH = {"email": "beth@example.org", "phone": "+447700900200"}


def written(tmp_path, capsys, **options):
    out = tmp_path / "pairs.csv"
    call_command("duplicate_candidates", out=out, **options)
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_pair_once_with_ids_references_score_and_reasons(ask, tmp_path, capsys, worker):
    past = ask(**BETH, recorder="import", external_id="GOSS-1")
    later = ask(**BETH, recorder="import", external_id="GOSS-2")
    live = ask(last="Kirk", **BETH)
    ask("Mary", **BETH)
    refuse_pair(pair=DuplicatePair.objects.filter(second=live).first(), by=worker)
    rows = written(tmp_path, capsys)
    assert list(rows[0]) == ["external_id_a", "external_id_b", "reference_a", "reference_b", "score", "reasons"]
    pairs = {(row["reference_a"], row["reference_b"]) for row in rows}
    assert pairs == {
        (past.reference, later.reference), (past.reference, live.reference), (later.reference, live.reference)
    }  # fmt: skip
    assert len(rows) == 3
    first = next(row for row in rows if row["external_id_b"] == "GOSS-2")
    assert first["external_id_a"] == "GOSS-1" and float(first["score"]) >= 0.9 and "Same email" in first["reasons"]
    assert written(tmp_path, capsys) == rows == written(tmp_path, capsys, rebuild=True)


def test_in_batches_as_in_one(ask, tmp_path, capsys, monkeypatch):
    for number in range(5):
        ask("Beth", f"Ellis{'x' * number}", recorder="import", external_id=f"GOSS-{number}", **BETH)
    rows = written(tmp_path, capsys)
    monkeypatch.setattr(services, "_AT_ONCE", 2)
    again = written(tmp_path, capsys)
    assert sorted(map(str, again)) == sorted(map(str, rows)) and len(rows) > 3


def test_merged_ones_are_left_out_and_missing_keys_made(ask, tmp_path, capsys, worker):
    first, second = ask(**BETH), ask(last="Kirk", **BETH)
    HouseholdKey.objects.all().delete()
    assert len(written(tmp_path, capsys)) == 1
    assert "Keys made for 2 enquiries." in capsys.readouterr().out
    merge_enquiries(survivor=first, absorbed=second, by=worker)
    assert written(tmp_path, capsys) == []


def test_a_file_that_cannot_be_written_is_said_in_a_line(db, tmp_path):
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("duplicate_candidates", out=tmp_path / "nowhere" / "pairs.csv")


def test_keys_that_are_not_those_of_the_people_are_found(ask):
    enquiry = ask(**BETH)
    assert list(keys_are_those_of_the_people()) == []
    Applicant.objects.filter(enquiry=enquiry).update(phone="+447700900555")
    (fault,) = keys_are_those_of_the_people()
    assert enquiry.reference in fault


def test_merges_that_are_not_as_the_facts_say_are_found(ask, worker):
    first, second = ask(**BETH), ask(last="Kirk", **BETH)
    Enquiry.objects.filter(pk=second.pk).update(merged_into=first)
    assert len(list(merged_as_the_facts_say())) >= 1
    Enquiry.objects.filter(pk=second.pk).update(merged_into=None)
    merge_enquiries(survivor=first, absorbed=Enquiry.objects.get(pk=second.pk), by=worker)
    assert list(merged_as_the_facts_say()) == []
    Enquiry.objects.filter(pk=first.pk).update(absorbs=False)
    assert len(list(merged_as_the_facts_say())) == 1
