"""The whole postcode directory imported into an empty table; its floor, a bare COPY of the same rows into its like."""

import os
import time

import psycopg


def rows() -> list[dict]:
    """One line; both sides begin with an empty table with its primary key, and end with a commit."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE hub_postcode")
    started = time.perf_counter()
    call_command("import_postcodes", verbosity=0)
    ours = time.perf_counter() - started
    with psycopg.connect(os.environ["DATABASE_URL"]) as bare:
        same = bare.execute("SELECT postcode, authority_code, easting, northing FROM hub_postcode").fetchall()
        bare.execute("CREATE TABLE bench_postcode (LIKE hub_postcode INCLUDING ALL)")
        bare.commit()
        started = time.perf_counter()
        with bare.cursor() as cursor, cursor.copy("COPY bench_postcode FROM STDIN") as copy:
            for row in same:
                copy.write_row(row)
        bare.commit()
        floor = time.perf_counter() - started
        bare.execute("DROP TABLE bench_postcode")
    return [
        {
            "name": "postcode directory",
            "ms": round(ours * 1000),
            "floor_ms": round(floor * 1000),
            "ratio": round(ours / floor, 2),
            "note": f"{len(same):,} postcodes",
        }
    ]
