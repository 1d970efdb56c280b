"""Fixed people and places."""

import datetime
from zoneinfo import ZoneInfo

import pytest

LONDON = ZoneInfo("Europe/London")


def moment(text: str) -> datetime.datetime:
    """A local moment in Europe/London: moment("2026-03-02 10:15")."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, which nobody has open any more when it is dropped: a thread that outlives its test, as one of
    the live server may whose browser keeps the connection, has a session of its own with it."""
    yield
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def documents_folder(tmp_path_factory):
    """What tests keep as documents is gone with them."""
    from django.core.files.storage import FileSystemStorage

    from enquiries.models import Document

    folder = tmp_path_factory.mktemp("documents")
    Document._meta.get_field("file").storage = FileSystemStorage(folder, base_url=None)
    return folder


@pytest.fixture
def hub(db):
    from django.core.cache import cache

    from hub.models import Hub

    # What a test with transactions of its own has counted stays in the table when its rows are cleared.
    cache.clear()
    return Hub.objects.create(
        name="Fostering Together North East", region_name="the North East", telephone="0191 498 0100"
    )


@pytest.fixture
def authorities(hub):
    """Gateshead, Newcastle and Sunderland are members since 2023; Leeds is known and is not."""
    from hub.models import Authority, Membership

    made = {}
    for code, name, member in [
        ("E08000037", "Gateshead", True),
        ("E08000021", "Newcastle upon Tyne", True),
        ("E08000024", "Sunderland", True),
        ("E08000035", "Leeds", False),
    ]:
        made[name] = Authority.objects.create(gss_code=code, name=name, region="North East" if member else "Yorkshire")
        if member:
            Membership.objects.create(authority=made[name], starts_on=datetime.date(2023, 9, 1))
    return made


@pytest.fixture
def gateshead(authorities):
    return authorities["Gateshead"]


@pytest.fixture
def newcastle(authorities):
    return authorities["Newcastle upon Tyne"]


@pytest.fixture
def directory(authorities):
    """A tiny postcode directory: one postcode in each authority."""
    from hub.models import Postcode, PostcodeDirectory

    for postcode, code in [
        ("NE81AA", "E08000037"), ("NE18QH", "E08000021"), ("SR11AA", "E08000024"), ("LS11AA", "E08000035")
    ]:  # fmt: skip
        Postcode.objects.create(postcode=postcode, authority_code=code)
    return PostcodeDirectory.objects.create(
        vintage="ONSPD November 2025 (test)", loaded_at=moment("2026-01-02 09:00"), postcodes=4
    )


def _person(role: str, name: str, authority=None):
    from hub.models import User

    email = name.lower().replace(" ", ".") + "@example.org"
    return User.objects.create_user(email, None, name=name, role=role, authority=authority)


@pytest.fixture
def worker(hub):
    return _person("hub_worker", "Ruth Worker")


@pytest.fixture
def manager(hub):
    return _person("hub_manager", "Moira Manager")


@pytest.fixture
def data_officer(hub):
    return _person("data_officer", "Owen Data")


@pytest.fixture
def gateshead_worker(gateshead):
    return _person("authority_worker", "Samir Gateshead", gateshead)


@pytest.fixture
def newcastle_worker(newcastle):
    return _person("authority_worker", "Elaine Newcastle", newcastle)


@pytest.fixture
def cluster_lead(hub):
    return _person("cluster_lead", "Patricia Cluster")


@pytest.fixture
def sign_in(client, settings):
    """sign_in(user) gives the client signed in as that user; second factors have their own tests."""
    settings.HUB_DEMO = True

    def as_user(user):
        client.force_login(user, backend="hub.people.backends.ActiveUserBackend")
        return client

    return as_user


@pytest.fixture
def make_enquiry(directory):
    """make_enquiry("ready") gives an enquiry of Gateshead that reached the stage by the real moves."""
    from tests.factories import make_enquiry as make

    return make
