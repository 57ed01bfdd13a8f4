"""`make bench`: every step by name, or those named: `python -m bench accept intake`. One table at the end; the machine is shared, so read
the ratios and not the seconds.

    read     a mail parsed (MIME, charsets, segments) against the standard library's `policy.default`
    accept   IMAP to raw mail and row committed (`intake poll --once`) against a file and its row each
    intake   500 plain-text complaints from Dovecot to record and letters at an SMTP server (`intake run --once`)
    idle     a mail appended to an idling mailbox until its acknowledgement is at the SMTP server
    nothing  `intake run --once` with nothing waiting
    faxes    made-up faxes by fineness and damage: letters wrong, models and batches right; time and letters found against `ocrmypdf --deskew`
    pages    digital PDF pages: text, a box a word and tables, against pdfplumber loaded
    clock    one look at 10,000 open records: nothing due, fifty windows due, five hundred records after a week's silence
    extract  the trained model on text of other hands: F1 of the main fields, characters a second (kept in history.tsv)
"""

import email
import email.policy
import hashlib
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.clock import looks
from bench.extraction import figures, remember
from bench.faxes import races, tallies
from bench.pages import races as digital
from bench.sink import Sink
from parsers.mime import parse
from parsers.ocr.engine import Engine
from tests.servers.complaints import complaints
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import running as postgres_running
from tests.servers.site import Cost, Site


@dataclass(frozen=True)
class Row:
    step: str
    measured: str
    against: str
    goal: str


def main(wanted: list[str]) -> None:
    rows: list[Row] = []
    for name, step in STEPS.items():
        if not wanted or name in wanted:
            print(f"… {name}", file=sys.stderr, flush=True)
            rows += step()
    widths = [max(len(getattr(row, column)) for row in rows) for column in Row.__dataclass_fields__]
    for row in rows:
        print(
            "  ".join(
                getattr(row, column).ljust(width)
                for column, width in zip(Row.__dataclass_fields__, widths, strict=True)
            ).rstrip()
        )


# -------------------------------------------------------------------- the steps


def read() -> list[Row]:
    mails = list(complaints(200))

    def standard() -> None:
        for mail in mails:
            message = email.message_from_bytes(mail, policy=email.policy.default)
            body = message.get_body(("plain", "html"))
            assert body is not None and body.get_content()
            assert message["Subject"] and message["From"]

    def ours() -> None:
        for mail in mails:
            assert parse(mail).body.text

    base, own = _best(standard), _best(ours)
    return [
        Row(
            "read",
            f"{len(mails) / own:.0f} mails/s",
            f"{base / own:.2f} × stdlib policy.default ({len(mails) / base:.0f}/s)",
            "≥ 0.3, aim 1",
        )
    ]


def accept(count: int = 2000) -> list[Row]:
    with _site() as (site, dovecot, account, _):
        _fill(dovecot, account, count)
        nothing = min(site.run("records").seconds for _ in range(2))
        cost = _done(site.run("poll", "--once"))
        taken = site.lines("arrivals")
        assert len(taken) == count, len(taken)
        baseline = _file_then_row(list(complaints(count, seed=2)))
    seconds = cost.seconds - nothing
    return [
        Row(
            "accept",
            f"{count / cost.seconds:.0f} mails/s with start-up, {count / seconds:.0f} without ({cost.seconds:.2f} s for {count})",
            f"{(count / seconds) / baseline:.2f} × file then row ({baseline:.0f}/s)",
            "≥ 450/s; ≥ 0.5 ×",
        )
    ]


def intake(count: int = 500) -> list[Row]:
    with _site() as (site, dovecot, account, sink):
        _fill(dovecot, account, count)
        cost = _done(site.run("run", "--once"))
        records = site.lines("records")
        letters = [letter for record in records for letter in record["letters"]]
        acknowledged = sum(letter["purpose"] == "acknowledgement" and letter["state"] == "sent" for letter in letters)
        assert len(records) == acknowledged == count, (len(records), acknowledged)
        assert sink.count() == len(letters), (sink.count(), len(letters))
        phases = _phases(site.folder / "intake.db")
    return [
        Row(
            "intake",
            f"{count / cost.seconds:.1f} mails/s ({cost.seconds:.1f} s for {count} mails, {len(letters)} letters; {cost.cpu_seconds:.1f} s of processor; {cost.megabytes:.0f} MB at most)",
            phases,
            "≥ 40/s, < 500 MB",
        )
    ]


def idle(count: int = 40) -> list[Row]:
    with _site() as (site, dovecot, account, sink):
        service = site.start("run")
        try:
            _fill(dovecot, account, 1, seed=77)
            sink.wait_for(1, 60)
            time.sleep(2)
            waits = []
            for mail in complaints(count, seed=78):
                before = sink.count(automatic_reply=True)
                started = time.perf_counter()
                dovecot.append(account, mail)
                sink.wait_for(before + 1, 30, automatic_reply=True)
                waits.append(time.perf_counter() - started)
                time.sleep(0.3)
        finally:
            service.terminate()
            service.communicate()
    waits.sort()
    p95 = waits[int(len(waits) * 0.95) - 1]
    return [
        Row(
            "idle",
            f"median {statistics.median(waits):.2f} s, 95th percentile {p95:.2f} s ({count} mails)",
            "",
            "2 s; 4 s",
        )
    ]


def nothing() -> list[Row]:
    with _site() as (site, _, _, _):
        _done(site.run("run", "--once"))
        seconds = [_done(site.run("run", "--once")).seconds for _ in range(3)]
    return [Row("nothing", f"{statistics.median(seconds):.2f} s (median of 3)", "", "≤ 3 s, aim 1.5")]


def extract() -> list[Row]:
    f1, with_model, by_rules, load = figures()
    remember(f1)
    fields = ", ".join(f"{name} {value:.2f}" for name, value in f1.items() if name != "all")
    return [
        Row("extract", f"F1 {f1['all']:.3f} on held-out text", fields, "≥ 0.7"),
        Row(
            "extract",
            f"{with_model:,.0f} characters/s, loaded in {load:.2f} s",
            f"{with_model / by_rules:.2f} × the rules alone ({by_rules:,.0f}/s)",
            "≥ 20,000/s, < 2 s",
        ),
    ]


def faxes() -> list[Row]:
    engine = Engine()
    rows: list[Row] = []
    for fineness, damage, tally in tallies(engine):
        goal = "≤ 5 %; ≥ 85 %" if damage == "heavy" else "≤ 1.5 %; ≥ 95 %"
        read = f"{100 * tally.error_rate:.2f} % of letters wrong; {tally.exact} of {tally.codes} codes exact ({100 * tally.exactness:.0f} %)"
        rows.append(Row(f"faxes {fineness} {damage}", read, f"{tally.pages} pages", goal))
    for race in races(engine):
        ours = f"{race.seconds:.2f} s a page, {100 * race.recall:.1f} % of letters found"
        peer = f"{race.seconds / race.peer_seconds:.2f} × ocrmypdf --deskew ({race.peer_seconds:.2f} s, {100 * race.peer_recall:.1f} %)"
        rows.append(Row(f"faxes {race.language}, one core", ours, peer, "≤ 0.5 × zh, ≤ 0.9 × en; .08 better"))
    return rows


def pages() -> list[Row]:
    return [
        Row(
            f"pages {race.layout}",
            f"{race.ours:.1f} ms a page, {100 * race.words:.1f} % of pdfplumber's words",
            f"{race.ratio:.2f} × pdfplumber, loaded, with tables ({race.pdfplumber:.1f} ms)",
            "≤ 1.1 ×, aim 0.3 ×",
        )
        for race in digital()
    ]


def clock() -> list[Row]:
    with postgres_running() as server:
        return [
            Row(
                f"clock {one.database}",
                f"{one.seconds:.2f} s, {one.statements} statements, {one.written} rows written, {one.letters} letters",
                one.what,
                "< 2 s" if "open" in one.what else "",
            )
            for one in looks(server)
        ]


STEPS: dict[str, Callable[[], list[Row]]] = {
    "read": read,
    "accept": accept,
    "intake": intake,
    "idle": idle,
    "nothing": nothing,
    "faxes": faxes,
    "pages": pages,
    "clock": clock,
    "extract": extract,
}


# -------------------------------------------------------------------- what they share


@contextmanager
def _site() -> Iterator[tuple[Site, Dovecot, str, Sink]]:
    with tempfile.TemporaryDirectory() as folder, Dovecot.running() as dovecot, Sink.running() as sink:
        account = dovecot.user()
        source = (
            f'[[sources]]\nname = "complaints"\nkind = "imap"\nhost = "{dovecot.host}"\nport = {dovecot.port}\nsecurity = "none"\n'
            f'user = "{account}"\npassword = "{dovecot.password}"\n'
        )
        sender = f'[sender]\nkind = "smtp"\nhost = "127.0.0.1"\nport = {sink.port}\nsecurity = "none"\n'
        site = Site(Path(folder) / "site", source, sender)
        site.write()
        yield site, dovecot, account, sink


def _fill(dovecot: Dovecot, account: str, count: int, seed: int = 1) -> None:
    mails = list(complaints(count, seed))
    for start in range(0, count, 200):
        dovecot.append(account, *mails[start : start + 200])


def _done(cost: Cost) -> Cost:
    if cost.status != 0:
        raise SystemExit(f"the command failed: {cost.error[-2000:]}")
    return cost


def _best(work: Callable[[], None], rounds: int = 5) -> float:
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def _file_then_row(mails: list[bytes]) -> float:
    """The baseline of design: a file (write, fsync, rename, fsync the folder), then its SQLite row, synchronous=FULL, mails/s."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = sqlite3.connect(folder / "rows.db", isolation_level=None)
        rows.execute("PRAGMA journal_mode=WAL")
        rows.execute("PRAGMA synchronous=FULL")
        rows.execute("CREATE TABLE rows (sha TEXT PRIMARY KEY, at REAL)")
        where = os.open(folder, os.O_RDONLY)
        started = time.perf_counter()
        for mail in mails:
            sha = hashlib.sha256(mail).hexdigest()
            with (folder / f"{sha}.tmp").open("wb") as file:
                file.write(mail)
                file.flush()
                os.fsync(file.fileno())
            (folder / f"{sha}.tmp").rename(folder / sha)
            os.fsync(where)
            rows.execute("INSERT INTO rows VALUES (?, ?)", (sha, started))
        seconds = time.perf_counter() - started
        os.close(where)
        rows.close()
    return len(mails) / seconds


def _phases(database: Path) -> str:
    """Where the time goes, by the moments that the rows tell: taken in, recorded, sent."""
    rows = sqlite3.connect(database)
    spans = []
    for name, table, column in (
        ("taken", "arrivals", "taken_at"),
        ("recorded", "records", "opened_at"),
        ("sent", "letters", "sent_at"),
    ):
        seconds = rows.execute(
            f"SELECT (julianday(max({column})) - julianday(min({column}))) * 86400 FROM {table}"
        ).fetchone()[0]
        spans.append(f"{name} within {seconds:.1f} s")
    rows.close()
    return ", ".join(spans)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    subprocess.run([sys.executable, "-c", "import intake.cli"], check=True)
    main(sys.argv[1:])
