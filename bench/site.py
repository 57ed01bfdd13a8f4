"""How fast the review site answers over many records: records, inbox, search, lists and live look, by the server's own time.

    python -m bench.site [--records 200000] [--open 3000] [--postgresql | --database URL] [--keep FOLDER] [--only PART]

Fills a fresh database with records as the service keeps them (`bench.site_filling`), then asks each page of the real
application again and again, one request at a time, in this process. `--keep` leaves the database for the next time.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastapi.testclient import TestClient

from bench.site_filling import Filled, fill, numbers
from intake import clock
from intake.log import configure
from intake.review.app import app
from intake.review.passwords import hashed
from intake.settings import Settings
from intake.wiring import office_of
from storage import Storage, open_storage
from storage.blobs import open_blobs
from storage.records import Person, Role
from storage.site import SiteRole, User
from tests.servers.postgres import running as postgres_running

PASSWORD = "a long enough word"


def pages(known: Filled) -> dict[str, str]:
    return {
        "a record": f"/records/{known.usual}",
        "a record of the great customer": f"/records/{known.great}",
        "a record of 50 mails, letters, events": f"/records/{known.busy}",
        "a record of 5,000": f"/records/{known.long}",
        "its original": f"/records/{known.usual}/original",
        "its original, 5,000": f"/records/{known.long}/original",
        "its 8D": f"/records/{known.usual}/8d",
        "inbox": "/inbox",
        "inbox, its live part": "/inbox/list",
        "inbox of one owner": "/inbox?owner=wang@example.com",
        "class A": "/inbox?class=A",
        "closed, newest first": "/inbox?state=closed&state=in_progress",
        "closed of a department": "/inbox?state=closed&department=质量部",
        "closed of class A, of one owner": "/inbox?state=closed&class=A&owner=yan@example.com",
        "search: number": f"/inbox?q={known.usual}",
        "search: a month's numbers": f"/inbox?q={known.usual[:9]}",
        "search: two Chinese letters": "/inbox?q=漏油",
        "search: one Chinese letter": "/inbox?q=漏",
        "search: great customer": "/inbox?q=大海集团",
        "search: model": "/inbox?q=ZC-417B",
        "search: batch": f"/inbox?q={known.batch}",
        "search: customer and defect": "/inbox?q=宁波海川 划伤",
        "search: nothing such": "/inbox?q=鳳凰零件xyz",
        "search: frequent pairs, no hit": "/inbox?q=漏油轴承",
        "customer, product, date": "/inbox?customer=海川&product=轴承座&from=2025-01-01",
        "customer, product, closed": "/inbox?customer=大海&product=轴承座&state=closed",
        "letters refused": "/waiting/letters?state=refused",
        "letters to approve": "/waiting/letters?state=draft",
        "mails set aside": "/waiting/mails",
        "figures of this month": "/figures?span=this_month",
        "figures of twelve months": "/figures?span=twelve_months",
        "figures: on time, twelve months": "/figures/promises?span=twelve_months",
        "figures: Pareto of twelve months": "/figures/pareto?span=twelve_months",
        "figures: reading of twelve months": "/figures/reading?span=twelve_months",
    }


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds of one page: by the clock, and of this process's processor."""

    median: float
    late: float  # 95th percentile
    processor: float  # median


def measure(storage: Storage, folder: Path, url: str, known: Filled, rounds: int, only: str) -> dict[str, Took]:
    config = {
        "company": {"name": "苏州示例精密有限公司", "address": "complaints@example.com"}, "database": {"url": url},
        "sender": {"kind": "maildir", "path": str(folder / "out")}, "review": {"requests_per_minute": 1_000_000}, "folder": folder,
    }  # fmt: skip
    settings = Settings.model_validate(config)
    with storage.unit() as work:
        if work.users.get("wang@example.com") is None:
            work.users.add(
                User("wang@example.com", "Wang", "zh-CN", SiteRole.ADMINISTRATOR, clock.now(), hashed(PASSWORD))
            )
        work.people.upsert_person(Person("Wang", "wang@example.com", "质量部", Role.QUALITY))
        work.commit()
    made = app(settings, storage, open_blobs(str(folder / "files")), office_of(settings), clock.now)
    client = TestClient(made, base_url="http://testserver", follow_redirects=False)
    client.post(
        "/sign-in", data={"email": "wang@example.com", "password": PASSWORD}, headers={"origin": "http://testserver"}
    )

    def ask(path: str) -> Callable[[], None]:
        def once() -> None:
            answer = client.get(path)
            assert answer.status_code in (200, 303), (path, answer.status_code, answer.text[:2000])

        return once

    def look() -> None:
        with storage.reading() as work:
            work.inbox.version()

    steps = {**{name: ask(path) for name, path in pages(known).items()}, "look for news": look}
    print(f"{'page':40} {'median ms':>10} {'p95 ms':>8} {'processor':>10}")
    found = {}
    for name, step in steps.items():
        if only in name:
            found[name] = took = _took(step, rounds)
            print(f"{name:40} {took.median:10.1f} {took.late:8.1f} {took.processor:10.1f}", flush=True)
    return found


def _took(step: Callable[[], None], rounds: int) -> Took:
    times, processor = [], []
    for _ in range(rounds):
        began, worked = time.perf_counter(), time.process_time()
        step()
        times.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - worked) * 1000)
    return Took(statistics.median(times), sorted(times)[int(len(times) * 0.95) - 1], statistics.median(processor))


def main() -> None:
    words = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    words.add_argument("--records", type=int, default=200_000)
    words.add_argument("--open", type=int, default=3_000)
    words.add_argument("--database", default="")
    words.add_argument("--postgresql", action="store_true", help="a server of its own, for this run")
    words.add_argument("--keep", type=Path, default=None)
    words.add_argument("--rounds", type=int, default=20)
    words.add_argument("--only", default="", help="pages with these words in their names")
    asked = words.parse_args()
    configure("WARNING")
    with ExitStack() as stack:
        fresh = stack.enter_context(tempfile.TemporaryDirectory())
        if asked.postgresql:
            asked.database = stack.enter_context(postgres_running()).new_database()
        folder = asked.keep or Path(fresh)
        folder.mkdir(parents=True, exist_ok=True)
        url = asked.database or f"sqlite:///{folder / 'site.db'}"
        storage = open_storage(url)
        storage.migrate()
        filled = folder / ("filled-postgresql" if asked.database else "filled")  # when, and how many
        if not filled.exists():
            now = datetime.now(UTC).replace(microsecond=0)
            fill(storage, open_blobs(str(folder / "files")), asked.records, asked.open, now)
            filled.write_text(f"{now.isoformat()} {asked.records}")
        moment, count = filled.read_text().split()
        known = numbers(int(count), datetime.fromisoformat(moment))
        found = measure(storage, folder, url, known, asked.rounds, asked.only)
        storage.close()
    print(json.dumps({name: round(took.late, 1) for name, took in found.items()}, ensure_ascii=False), file=sys.stderr)


if __name__ == "__main__":
    main()
