"""`intake demo`: the whole product on sample mail, with nothing to configure.

Everything happens in one fresh folder: a Maildir that holds the sample complaints, SQLite, and a second Maildir that
the letters are delivered to. Nothing leaves the machine.
"""

import shutil
import signal
from pathlib import Path

from intake.clock import now
from intake.console import console, table
from intake.demo.life import carry
from intake.errors import StorageError, UsageError
from intake.importing import import_file
from intake.log import configure
from intake.settings import Settings, load
from intake.wiring import Service, actions_of
from storage import Storage
from storage.records import Arrival, Letter, Record

MAILS = Path(__file__).with_name("mails")
MASTER_DATA = Path(__file__).with_name("master_data")
MARK = ".intake-demo"
REVIEWER = "hejun@mingrui.example"  # of people.csv

SETTINGS = """\
[company]
name = "苏州明锐精密部件有限公司"
aliases = ["Suzhou Mingrui Precision Parts Co., Ltd.", "明锐精密", "Mingrui"]
address = "complaints@mingrui.example"
addresses = ["quality@mingrui.example", "sales@mingrui.example"]
province = "江苏省"
phone = "0512-6555 0100"
fax = "0512-6555 0101"

[[sources]]
name = "demo"
kind = "maildir"
path = "inbox"

[sender]
kind = "maildir"
path = "replies"
"""


def show(folder: Path, once: bool) -> None:
    """Makes the folder, runs the service over the sample mails, prints what it did mail by mail, and stays unless
    `once`.
    """
    settings = prepare(folder)
    configure("WARNING")
    with Service(settings) as service:
        take_in(service)
        print_story(service.storage, settings)
        storage, actions = actions_of(settings)
        print()
        for line in carry(service, actions, settings.path("inbox")):
            print(line)
        storage.close()
        from intake.review.users import add_user

        reviewer = (service.storage, settings, REVIEWER, "", "administrator", "", now())
        user, password = add_user(*reviewer, must_change=False)
        print(f"\nReview site:  {settings.review.url}   sign in as {user.email}   password {password}")
        if once:
            print(f"It opens with:  intake --config {settings.path('intake.toml')} review")
            return
        print("\nDrop another .eml into the inbox's `new` folder and watch the replies. Ctrl-C ends the demo.")
        signal.signal(signal.SIGTERM, lambda *_: service.stop())
        signal.signal(signal.SIGINT, lambda *_: service.stop())
        service.stay()


def prepare(folder: Path) -> Settings:
    """A fresh folder with settings and mails. One that an earlier demo made is made anew; any other is left alone."""
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise UsageError(f"The folder {folder} is not empty and no demo made it.", "Name another with --folder.")
    try:
        shutil.rmtree(folder, ignore_errors=True)
        for part in ("inbox/new", "inbox/cur", "inbox/tmp"):
            (folder / part).mkdir(parents=True)
        (folder / MARK).touch()
        (folder / "intake.toml").write_text(SETTINGS, encoding="utf-8")
        for mail in sorted(MAILS.glob("*.eml")):
            shutil.copy(mail, folder / "inbox" / "new" / mail.stem)
    except OSError as error:
        raise StorageError(
            f"The demo's folder {folder} cannot be written: {error.strerror}.", "Name another with --folder."
        ) from error
    return load(folder / "intake.toml")


def take_in(service: Service) -> None:
    """The master data, then every sample mail and what the service makes of it."""
    for name in ("people", "customers", "products", "shipments"):
        import_file(name, MASTER_DATA / f"{name}.csv", service.storage)
    service.once()


def print_story(storage: Storage, settings: Settings) -> None:
    """What became of each mail, and which letters were written."""
    out = console()
    with storage.unit() as work:
        arrivals = work.arrivals.everything()
        records = {record.number: record for record in work.complaints.everything()}
        letters = {number: work.letters.of_record(number) for number in records}
    columns = ("mail", "became", "record", "class", "what was understood", "letters")
    listed = table(*columns, whole=("record",), title="Mails taken in")
    for arrival in sorted(arrivals, key=lambda each: each.key):
        listed.add_row(*_line(arrival, records.get(arrival.record or ""), letters.get(arrival.record or "", [])))
    out.print(listed)
    became = [str(arrival.became or arrival.state) for arrival in arrivals]
    out.print(f"\n{len(arrivals)} mails: " + ", ".join(f"{became.count(name)} {name}" for name in sorted(set(became))))
    out.print(f"Replies:  {settings.path('replies')}")
    out.print(f"Look closer:  intake --config {settings.path('intake.toml')} records")


def _line(arrival: Arrival, record: Record | None, letters: list[Letter]) -> tuple[str, ...]:
    became = str(arrival.became or arrival.state)
    if record is None or became != "record":
        return arrival.subject or arrival.key, became, arrival.record or "", "", arrival.why, ""
    items = "; ".join(
        f"{item.product or '?'} {item.model or '?'} · {'/'.join(item.batch) or '–'}"
        f" · {_amount(item.quantity_defective)} · {item.defect or '?'}"
        for item in record.items
    )
    reasons = f"{record.letter} ({', '.join(record.reasons)})"
    return (
        arrival.subject,
        became,
        record.number,
        reasons,
        items,
        ", ".join(sorted(f"{x.purpose} {x.state}" for x in letters)),
    )


def _amount(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
