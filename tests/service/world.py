"""The whole service in this process, between a real mailbox and a real mail server, on a clock that a test moves.

    world.deliver(mail(subject="…", body="…"))
    world.run()
    world.records() ; world.arrivals() ; world.sent()

`run` is what `intake run --once` does. Records and arrivals are read as `intake … --json` prints them.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from intake.importing import import_file
from intake.listing import arrival_json, hanging_of, record_json
from intake.retry import take_back
from intake.runners.read import Reader
from intake.settings import Settings, load
from intake.wiring import ALL, Parts, Service, actions_of, storage_of
from storage import Storage, UnitOfWork
from tests.servers.dovecot import Dovecot
from tests.servers.site import PEOPLE
from tests.servers.smtp import SmtpSink

START = datetime.fromisoformat(
    "2025-11-13T10:00:00+08:00"
)  # a Thursday, past: servers take no INTERNALDATE from the future
COMPLAINT = "您好，\n\n贵司的轴承座HX-200B（批号{batch}）到货1200只，装配时发现45只表面划伤，请尽快换货并回复原因。\n\n王强\n某某电器有限公司\n"
STOPPED = "王工您好，\n\n现在我司产线已经停线，请立即处理！\n\n王强\n"

COMPANY = """[company]
name = "苏州示例精密有限公司"
address = "complaints@example.com"
addresses = ["quality@example.com"]
province = "江苏省"
phone = "0512-6000 0000"
"""


def imap(dovecot: Dovecot, account: str, *, port: int = 0, name: str = "complaints", more: str = "") -> str:
    """A [[sources]] table. `port` is a proxy's, where one stands before the server."""
    return (
        f'[[sources]]\nname = "{name}"\nkind = "imap"\nhost = "{dovecot.host}"\nport = {port or dovecot.port}\n'
        f'security = "none"\nuser = "{account}"\npassword = "{dovecot.password}"\n{more}\n'
    )


def smtp(port: int) -> str:
    return f'[sender]\nkind = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\ntimeout_seconds = 5\n'


def mail(
    subject: str = "轴承座HX-200B质量问题",
    body: str = "",
    *,
    sender: str | None = "王强 <wang@customer.example>",
    to: str = "complaints@example.com",
    message_id: str | None = "",
    batch: str = "B2609-01",
    files: Sequence[tuple[str, str, bytes]] = (),
    **headers: str,
) -> bytes:
    """A complaint, unless `body` says otherwise. `message_id`: "" for one made of subject and sender, None for none.

    `headers` are named as in Python: `in_reply_to="<…>"`, `auto_submitted="no"`.
    """
    made = EmailMessage(policy=SMTP)
    if sender is not None:
        made["From"] = sender
    made["To"] = to
    made["Subject"] = subject
    if "date" not in headers:
        made["Date"] = "Thu, 13 Nov 2025 09:58:00 +0800"
    if message_id is not None:
        made["Message-ID"] = message_id or f"<{abs(hash((subject, sender, body, batch))):x}@customer.example>"
    for name, value in headers.items():
        if value:
            made[name.replace("_", "-").title()] = value
    made.set_content(body or COMPLAINT.format(batch=batch))
    for name, media_type, content in files:
        main, _, sub = media_type.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()


@dataclass
class World:
    """A site of its own: folder, mailbox, mail server, clock. `sources`, `sender` and `tables` may be changed between runs."""

    folder: Path
    dovecot: Dovecot
    account: str
    sink: SmtpSink
    reader: Reader
    database: str = "sqlite:///intake.db"
    sources: str = ""
    sender: str = ""
    tables: str = ""  # further tables of the settings
    company: str = COMPANY
    now: datetime = START
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sources = self.sources or imap(self.dovecot, self.account)
        self.sender = self.sender or smtp(self.sink.port)
        self.folder.mkdir(parents=True, exist_ok=True)
        people = self.folder / "people.csv"
        people.write_text(PEOPLE, encoding="utf-8")
        storage = storage_of(self.settings())
        import_file("people", people, storage)
        storage.close()

    def settings(self) -> Settings:
        path = self.folder / "intake.toml"
        path.write_text(
            f'{self.company}\n[database]\nurl = "{self.database}"\n\n{self.sources}\n{self.sender}\n{self.tables}',
            encoding="utf-8",
        )
        return load(path)

    # ---------------------------------------------------------------- what happens

    def deliver(
        self, *mails: bytes, at: datetime | None = None, mailbox: str = "INBOX", flags: Sequence[bytes] = ()
    ) -> None:
        """Puts mails into the mailbox, with `at` (by default now) as their INTERNALDATE."""
        self.dovecot.append(self.account, *mails, mailbox=mailbox, flags=flags, at=at or self.now)

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)

    @contextmanager
    def service(self, parts: Parts = ALL, reader: Reader | None = None) -> Iterator[Service]:
        with Service(self.settings(), parts, now=lambda: self.now, reader=reader or self.reader) as service:
            yield service

    def run(self, parts: Parts = ALL, reader: Reader | None = None) -> list[str]:
        """As `intake run --once`; what went wrong, a sentence each."""
        with self.service(parts, reader) as service:
            service.once()
        self.troubles = service.troubles
        return service.troubles

    def retry(self, arrival: str | None = None) -> str:
        """As `intake retry [ID]`."""
        said: str = self.stored(lambda storage: take_back(storage, arrival))
        return said

    def act(self, number: str, action: str, who: str, **values: str) -> tuple[str, ...]:
        """As `intake act NUMBER ACTION KEY=VALUE --as WHO`; what it says."""
        storage, actions = actions_of(self.settings(), lambda: self.now)
        try:
            return actions.do(number, action, {name.rstrip("_"): text for name, text in values.items()}, who)[0].told
        finally:
            storage.close()

    def enter(self, who: str, **values: str) -> str:
        """As `intake enter KEY=VALUE --as WHO`; the record's number."""
        storage, actions = actions_of(self.settings(), lambda: self.now)
        try:
            return actions.enter(values, who).number
        finally:
            storage.close()

    # ---------------------------------------------------------------- what there is

    def stored(self, ask: Callable[[Storage], Any]) -> Any:
        storage = storage_of(self.settings())
        try:
            return ask(storage)
        finally:
            storage.close()

    def ask(self, question: Callable[[UnitOfWork], Any]) -> Any:
        def within(storage: Storage) -> Any:
            with storage.reading() as work:
                return question(work)

        return self.stored(within)

    def change(self, step: Callable[[UnitOfWork], object]) -> None:
        """What a person does to a record by a way that is not under test here."""

        def within(storage: Storage) -> None:
            with storage.unit() as work:
                step(work)
                work.commit()

        self.stored(within)

    def records(self) -> list[dict[str, Any]]:
        """As `intake records --json`, in the order in which they were opened."""
        zone = self.settings().company.zone

        def all_of_it(work: UnitOfWork) -> list[dict[str, Any]]:
            return [
                record_json(
                    record,
                    work.complaints.windows(record.number),
                    work.letters.of_record(record.number),
                    work.complaints.messages(record.number),
                    work.complaints.events(record.number),
                    zone,
                    hanging_of(work, record.number),
                )
                for record in sorted(work.complaints.everything(), key=lambda record: record.number)
            ]

        found: list[dict[str, Any]] = self.ask(all_of_it)
        return found

    def record(self) -> dict[str, Any]:
        """The one record that there is."""
        (one,) = self.records()
        return one

    def arrivals(self) -> list[dict[str, Any]]:
        """As `intake arrivals --json`."""
        zone = self.settings().company.zone
        found: list[dict[str, Any]] = self.ask(
            lambda work: [arrival_json(each, zone) for each in work.arrivals.everything()]
        )
        return found

    def became(self) -> list[str]:
        return sorted(f"{each['state']} {each['became']}" for each in self.arrivals())

    def sent(self) -> list[EmailMessage]:
        """All that the mail server took."""
        return self.sink.messages

    def acknowledgements(self) -> list[EmailMessage]:
        """What customers got by themselves."""
        return [letter for letter in self.sent() if letter["Auto-Submitted"] == "auto-replied"]


def window(record: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [each for each in record["windows"] if each["name"] == name]
    return dict(found)


def due(record: dict[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(window(record, name)["due_at"])


def letters(record: dict[str, Any], purpose: str) -> list[dict[str, Any]]:
    return [each for each in record["letters"] if each["purpose"] == purpose]


def answer_to(
    letter: EmailMessage, body: str, *, sender: str = "王强 <wang@customer.example>", **headers: str
) -> bytes:
    """What a customer writes back to one of our letters."""
    own = str(letter["Message-ID"])
    return mail(f"Re: {letter['Subject']}", body, sender=sender, in_reply_to=own, references=own, **headers)
