"""How long the restriction lasts: for one transaction, whatever happens in it, and no longer."""

import pytest
from django.db import DatabaseError, connection, transaction

from handover.models import Handover
from hub.errors import Refused
from hub.isolation import ROLE, bound_to, for_the_hub, in_place_of_the_hub, once_free

FREE = ("none", "")


def now() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role'), coalesce(current_setting('hub.authority', true), '')")
        return cursor.fetchone()


@pytest.fixture
def bound(gateshead):
    return ROLE, str(gateshead.pk)


@pytest.mark.django_db
class TestWithinATransaction:
    def test_it_is_bound_and_free_again(self, gateshead, bound):
        assert now() == FREE
        with bound_to(gateshead.pk):
            assert now() == bound
        assert now() == FREE

    def test_and_free_again_after_a_fault(self, gateshead):
        for fault in (Refused("No."), ValueError("ours")):
            with pytest.raises(type(fault)), bound_to(gateshead.pk):
                raise fault
            assert now() == FREE
        with pytest.raises(DatabaseError), bound_to(gateshead.pk), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert now() == FREE

    def test_one_within_another_leaves_the_outer_bound(self, gateshead, newcastle, bound):
        with bound_to(gateshead.pk):
            with bound_to(newcastle.pk):
                assert now() == (ROLE, str(newcastle.pk))
            assert now() == bound
            with pytest.raises(Refused), bound_to(newcastle.pk):
                raise Refused("No.")
            assert now() == bound
            with for_the_hub():
                assert now() == FREE
            assert now() == bound

    def test_work_for_the_hub_nests(self, gateshead, bound):
        with bound_to(gateshead.pk):
            with for_the_hub():
                with for_the_hub():
                    assert now() == FREE
                assert now() == FREE
                with bound_to(gateshead.pk):
                    assert now() == bound
                assert now() == FREE
            assert now() == bound

    def test_it_is_bound_again_after_a_service_whatever_came_of_it(self, gateshead, bound):
        @in_place_of_the_hub
        @transaction.atomic
        def serve(fault):
            assert now() == FREE
            if fault == "database":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1 / 0")
            if fault:
                raise fault
            return "done"

        with bound_to(gateshead.pk):
            assert serve(None) == "done"
            assert now() == bound
            for fault in (Refused("No."), ValueError("ours")):
                with pytest.raises(type(fault)):
                    serve(fault)
                assert now() == bound
            with pytest.raises(DatabaseError):
                serve("database")
            assert now() == bound

    def test_a_fault_of_the_database_outside_a_savepoint_binds_with_the_rollback(self, gateshead, bound):
        with bound_to(gateshead.pk):
            with pytest.raises(DatabaseError), transaction.atomic(), for_the_hub(), connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
            assert now() == bound

    def test_a_savepoint_that_is_rolled_back_frees_nobody(self, gateshead, bound):
        with bound_to(gateshead.pk):
            with transaction.atomic():
                with for_the_hub():
                    pass
                transaction.set_rollback(True)
            assert now() == bound

    def test_for_the_hub_changes_nothing_where_nobody_is_bound(self, db):
        with for_the_hub():
            assert now() == FREE
        assert now() == FREE


@pytest.mark.django_db(transaction=True)
def test_on_the_same_connection_nothing_is_left_for_whoever_comes_next(gateshead, bound):
    """As behind a pooler in transaction mode: the next transaction is somebody else's."""
    heard = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    with bound_to(gateshead.pk):
        transaction.on_commit(lambda: heard.append((now(), Handover.objects.count())))
        with for_the_hub():
            transaction.on_commit(lambda: heard.append((now(), 0)))
        assert now() == bound and heard == []
    assert now() == FREE and heard == [(FREE, 0), (FREE, 0)]
    with pytest.raises(ValueError, match="ours"), bound_to(gateshead.pk):
        raise ValueError("ours")
    assert now() == FREE
    with pytest.raises(DatabaseError), bound_to(gateshead.pk), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert now() == FREE
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() == (backend,)


@pytest.mark.django_db(transaction=True)
class TestOnceFree:
    def test_it_is_done_when_the_binding_has_ended(self, gateshead, bound):
        done = []
        with bound_to(gateshead.pk):
            once_free(lambda: done.append(now()))
            assert done == [] and now() == bound
        assert done == [FREE]

    def test_at_once_where_nobody_is_bound_and_never_after_a_fault(self, gateshead):
        done = []
        once_free(lambda: done.append("free"))

        def refuse():
            with bound_to(gateshead.pk):
                once_free(lambda: done.append("bound"))
                raise Refused("No.")

        with pytest.raises(Refused):
            refuse()
        assert done == ["free"]

    def test_of_one_within_another_when_both_have_ended(self, gateshead, newcastle):
        done = []
        with bound_to(gateshead.pk):
            with bound_to(newcastle.pk):
                once_free(lambda: done.append(now()))
            assert done == []
        assert done == [FREE]

    def test_what_the_hub_does_meanwhile_is_done_at_once(self, gateshead):
        done = []
        with bound_to(gateshead.pk), for_the_hub():
            once_free(lambda: done.append(now()))
            assert done == [FREE]


@pytest.mark.django_db(transaction=True)
def test_without_a_savepoint_a_fault_ends_the_transaction_around_it(gateshead, bound):
    with transaction.atomic():
        with pytest.raises(Refused), bound_to(gateshead.pk, savepoint=False):
            raise Refused("No.")
        assert connection.needs_rollback
    assert now() == FREE
