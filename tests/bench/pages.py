"""Pages and the monthly return, each beside the same SQL sent bare or one hand-written pass over the same facts."""

import datetime

from tests.bench.measured import median_ms, row


def rows(rounds: int = 15) -> list[dict]:
    return [take(rounds) for take in (work_list, enquiry_page, monthly_return)]


def page_beside_its_sql(name: str, address: str, rounds: int) -> dict:
    """A signed-in worker's page through the whole of Django, and its queries sent bare."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from hub.models import User

    client = Client()
    client.force_login(
        User.objects.get(email="worker@hub.example.org"), backend="hub.people.backends.ActiveUserBackend"
    )
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    queries = len(captured)  # the log is begun anew by the next request
    reads = [query["sql"] for query in captured if query["sql"].lstrip().upper().startswith("SELECT")]

    def bare() -> None:
        with connection.cursor() as cursor:
            for sql in reads:
                cursor.execute(sql)
                cursor.fetchall()

    return row(name, median_ms(lambda: client.get(address), rounds), median_ms(bare, rounds), f"{queries} queries")


def work_list(rounds: int) -> dict:
    return page_beside_its_sql("work list", "/hub/?queue=all", rounds)


def enquiry_page(rounds: int) -> dict:
    from enquiries.models import Enquiry

    reference = Enquiry.objects.open().order_by("-received_at").first().reference
    return page_beside_its_sql("enquiry page", f"/hub/enquiries/{reference}/", rounds)


ONE_PASS = """
SELECT e.authority_id, a.kind, date_trunc('month', a.occurred_on), count(*), min(a.occurred_on - e.received_at::date)
FROM enquiries_activity a JOIN enquiries_enquiry e ON e.id = a.enquiry_id
WHERE NOT EXISTS (SELECT FROM enquiries_activity v WHERE v.voids_id = a.id) AND a.recorded_at <= now()
GROUP BY 1, 2, 3
"""


def monthly_return(rounds: int) -> dict:
    from django.db import connection
    from django.utils import timezone

    from reporting.measures import Period
    from reporting.returns import build_return

    period = Period.month(f"{timezone.now() - datetime.timedelta(days=31):%Y-%m}")

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(ONE_PASS)
            cursor.fetchall()

    few = max(3, rounds // 3)
    return row(
        "monthly return",
        median_ms(lambda: build_return(period, timezone.now()), few),
        median_ms(bare, few),
        "M01 to M26",
    )
