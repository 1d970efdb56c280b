"""What is configured is read once, and a change is known at once, whoever made it and however."""

import datetime

import pytest
from django.db import connection, transaction

from hub.current import current
from hub.models import Closure, Hub, Membership

pytestmark = pytest.mark.django_db
CHRISTMAS_EVE = datetime.date(2026, 12, 24)


def test_asking_again_costs_one_query(hub, django_assert_num_queries):
    current()
    with django_assert_num_queries(1):
        assert current().hub == hub


@pytest.mark.parametrize("raw", [False, True], ids=["by the model", "by raw SQL"])
def test_a_change_is_known_at_once(hub, raw):
    assert current().calendar.is_working_day(CHRISTMAS_EVE)
    if raw:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO hub_closure (day, open_instead, reason) VALUES ('2026-12-24', false, 'Christmas Eve')"
            )
    else:
        Closure.objects.create(day=CHRISTMAS_EVE, reason="Christmas Eve")
    assert not current().calendar.is_working_day(CHRISTMAS_EVE)


def test_what_was_rolled_back_was_never_there(hub):
    with transaction.atomic():
        Hub.objects.update(name="Another")
        assert current().hub.name == "Another"
        transaction.set_rollback(True)
    assert current().hub.name == hub.name


def test_members_are_those_of_the_day(gateshead):
    Membership.objects.filter(authority=gateshead).update(ends_on=CHRISTMAS_EVE)
    assert gateshead in current().members_on(CHRISTMAS_EVE)
    assert gateshead not in current().members_on(CHRISTMAS_EVE + datetime.timedelta(days=1))
