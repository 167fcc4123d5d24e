#!/usr/bin/env python3
"""Exports 500 snapshots of three services and asks the fleet's questions on DuckDB and on Spark.

    python3 -m venv venv && venv/bin/pip install duckdb pyspark
    cargo build --release --features fleet
    venv/bin/python tests/fleet/run.py target/release/heaplens [--hosts 42] [--keep FOLDER] [--no-spark]

Needs node, and a Java for Spark. Every service runs in two releases; in the newer one a tenth of the hosts of `api` leak
sessions. Both engines must answer every file of docs/fleet/*.sql the same, and name the leak. Prints seconds and bytes.
"""

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
QUERIES = sorted((HERE.parent.parent / "docs" / "fleet").glob("*.sql"))
SERVICES = ["api", "worker", "web"]
RELEASES = [("1.0.0", datetime.datetime(2026, 10, 5)), ("1.1.0", datetime.datetime(2026, 11, 2))]
TABLES = ["snapshots", "classes", "containers", "suspects", "strings", "dominators"]
LEAKS_ON = 10


def make_process(folder, service, version, released, host):
    """Runs one process; its sidecars say when its snapshots were taken."""
    place = folder / f"service={service}" / f"version={version}" / f"host={service}-{host}"
    place.mkdir(parents=True)
    leaks = service == "api" and version == RELEASES[-1][0] and host % LEAKS_ON == 0
    command = ["node", str(HERE / "service.js"), str(place), service, "1" if leaks else "0", "3000"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    start = released + datetime.timedelta(days=host % 21, hours=host % 24)
    for name, taken in [("start", start), ("later", start + datetime.timedelta(hours=2))]:
        sidecar = {"heaplens": 1, "taken": taken.strftime("%Y-%m-%dT%H:%M:%SZ"), "requests": 3000}
        (place / f"{name}.heapsnapshot.json").write_text(json.dumps(sidecar))
    return leaks


def size_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def on_duckdb(tables):
    import duckdb

    connection = duckdb.connect()
    for table in TABLES:
        files = f"{tables}/{table}/**/*.parquet"
        connection.execute(
            f"CREATE VIEW {table} AS SELECT * FROM "
            f"read_parquet('{files}', hive_partitioning = true, hive_types_autocast = false)"
        )
    return lambda sql: connection.execute(sql).fetchall()


def on_spark(tables):
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("heaplens")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    }
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    for table in TABLES:
        session.read.parquet(f"{tables}/{table}").createOrReplaceTempView(table)
    return lambda sql: [tuple(row) for row in session.sql(sql).collect()]


def answers(name, engine, tables):
    began = time.time()
    ask = engine(tables)
    print(f"{name}: ready after {time.time() - began:.1f} s")
    found = {}
    for query in QUERIES:
        began = time.time()
        found[query.stem] = [tuple(map(str, row)) for row in ask(query.read_text())]
        print(f"{name}: {query.stem}: {len(found[query.stem])} rows, {time.time() - began:.2f} s")
    return found


def check_leak(found, leaking):
    """What the fleet must be told of its leak."""
    problems = []
    new = [row for row in found["new-leaks"] if row[3] == "sessionsByToken"]
    if not new or int(new[0][6]) != leaking:
        problems.append(f"new-leaks does not name sessionsByToken on {leaking} hosts: {found['new-leaks'][:3]}")
    if not any(row[1] == "Session" and row[0] == "api" for row in found["grown-classes"][:8]):
        problems.append(f"grown-classes does not name Session: {found['grown-classes'][:8]}")
    if not any(row[0] == "api" and row[3] == "sessionsByToken" for row in found["growing-containers"]):
        problems.append("growing-containers does not name sessionsByToken")
    if not any(row[1] == "sessionsByToken" for row in found["container-trend"]):
        problems.append("container-trend does not have sessionsByToken")
    return problems


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("binary")
    arguments.add_argument("--hosts", type=int, default=42, help="hosts of each service and release")
    arguments.add_argument("--keep", type=Path, help="make the snapshots and tables here, and keep them")
    arguments.add_argument("--no-spark", action="store_true")
    given = arguments.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="heaplens-fleet-"))
    heaps, tables = folder / "heaps", folder / "tables"
    try:
        if not heaps.exists():
            began = time.time()
            jobs = [(service, *release, host) for service in SERVICES for release in RELEASES for host in range(given.hosts)]
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                list(pool.map(lambda job: make_process(heaps, *job), jobs))
            print(f"made {2 * len(jobs)} snapshots, {size_of(heaps) / 1e6:,.0f} MB, in {time.time() - began:.0f} s")
        leaking = len(range(0, given.hosts, LEAKS_ON))
        began = time.time()
        command = [given.binary, "export", str(heaps), "--parquet", str(tables), "--baseline", "start.heapsnapshot"]
        subprocess.run([*command, "--jobs", str(os.cpu_count()), "--quiet"], check=True, stdout=subprocess.DEVNULL)
        count = len(list(heaps.rglob("later.heapsnapshot")))
        print(f"exported {count} pairs in {time.time() - began:.1f} s: {size_of(tables) / 1e6:,.1f} MB of Parquet")
        duckdb = answers("DuckDB", on_duckdb, tables)
        problems = check_leak(duckdb, leaking)
        if not given.no_spark:
            spark = answers("Spark", on_spark, tables)
            for query in QUERIES:
                if duckdb[query.stem] != spark[query.stem]:
                    pairs = zip(duckdb[query.stem], spark[query.stem])
                    first = next((pair for pair in pairs if pair[0] != pair[1]), "another number of rows")
                    problems.append(f"{query.stem}: DuckDB and Spark differ: {first}")
        for problem in problems:
            print(f"WRONG: {problem}")
        print("all answers are right" if not problems else f"{len(problems)} answers are wrong")
        return 1 if problems else 0
    finally:
        if not given.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
