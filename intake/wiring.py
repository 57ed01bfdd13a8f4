"""Builds the service from its settings, by hand. The only file that names concrete classes."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from intake import clock
from intake.desk import Office
from intake.eightd.own_template import check as check_forms
from intake.engine import Engine
from intake.errors import IntakeError, SettingsError, StorageError
from intake.listing import record_of
from intake.log import log
from intake.policy.calendar import WorkCalendar
from intake.policy.model import Policy, load_policy
from intake.replies.letters import Desk
from intake.replies.outlet import Outlet, open_outlet
from intake.runners.acts import Actions
from intake.runners.alarm import Alarm
from intake.runners.beat import Beat
from intake.runners.draw import Drawer
from intake.runners.handle import Handler
from intake.runners.journal import Journal
from intake.runners.poll import Poller
from intake.runners.read import Reader
from intake.runners.reconcile import Reconciler
from intake.runners.send import Postman
from intake.runners.surveys import Surveyor
from intake.runners.upload import Giver
from intake.runners.watch import Watcher
from intake.runners.webhooks import Post, Webhooks
from intake.settings import Settings, SmtpSender, Webhook
from intake.slots import Slot
from intake.sources import AccessTokens, Source, open_sources
from intake.tokens import Tokens
from intake.webhooks import key_of
from parsers.limits import ReadLimits
from parsers.types import Ours
from storage import Storage, open_storage
from storage.blobs import Blobs, open_blobs
from storage.errors import StorageTrouble
from templates import check as check_templates

if TYPE_CHECKING:
    from intake.webhooks.sending import Receiver


def policy_of(settings: Settings) -> Policy:
    """The shipped policy, overlaid by the file that the settings name (which must exist then)."""
    if not settings.policy.file:
        return load_policy(None)
    return load_policy(settings.path(settings.policy.file))


def ours_of(settings: Settings) -> Ours:
    """Who we are, for the readers. Free-mail domains are everybody's, so only the address counts there."""
    company = settings.company
    domains = {address.rsplit("@", 1)[-1].lower() for address in company.all_addresses}
    return Ours((company.name, *company.aliases), company.all_addresses, tuple(sorted(domains)))


def limits_of(settings: Settings) -> ReadLimits:
    limits = settings.limits
    return ReadLimits(**{name: getattr(limits, name) for name in ReadLimits.__dataclass_fields__})


def storage_of(settings: Settings) -> Storage:
    """The database, at its newest schema. A relative SQLite path counts from the settings file."""
    url = settings.database.url
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        url = f"sqlite:///{settings.path(url.removeprefix('sqlite:///')).resolve()}"
    try:
        storage = open_storage(url, tells=bool(settings.webhooks))
        storage.migrate()
    except StorageTrouble as trouble:
        raise StorageError(trouble.cause, trouble.remedy) from trouble
    return storage


def blobs_of(settings: Settings) -> Blobs:
    folder = settings.files.folder
    try:
        return open_blobs(folder if "://" in folder else str(settings.path(folder)))
    except StorageTrouble as trouble:
        raise StorageError(trouble.cause, trouble.remedy) from trouble


def reader_of(settings: Settings) -> Reader:
    return Reader(ours_of(settings), limits_of(settings), settings.work.readers, model_of(settings))


def model_of(settings: Settings) -> str:
    """The folder of the company's own model; empty for the shipped one."""
    if not settings.model.folder:
        return ""
    folder = settings.path(settings.model.folder)
    if not (folder / "tagger.json").is_file():
        raise SettingsError(
            f"[model] folder names {folder}, which holds no model.", "Make one with `intake train`, or leave it empty."
        )
    return str(folder)


def desk_of(settings: Settings) -> Desk:
    desk = Desk.of(settings, site=settings.review.public_url.rstrip("/"))
    if desk.templates is not None and not desk.templates.is_dir():
        raise SettingsError(
            f"The templates folder {desk.templates} does not exist.",
            "Create it, or take `templates` out of the settings.",
        )
    return desk


def outlet_of(settings: Settings, storage: Storage) -> Outlet:
    """The way out for letters, with access tokens where the mail server wants them."""
    sender = settings.sender
    if isinstance(sender, SmtpSender) and sender.auth == "oauth2" and sender.oauth is not None:
        return open_outlet(settings, AccessTokens(sender.oauth, "sender", settings.secret, Tokens(storage)))
    return open_outlet(settings)


def webhooks_of(settings: Settings, storage: Storage, now: clock.Clock = clock.now) -> Webhooks:
    """What tells receivers; the caller closes it. SettingsError for a secret or a file that is none."""
    zone = settings.company.zone
    posts = [Post(one, receiver_of(settings, one)) for one in settings.webhooks]
    return Webhooks(storage, now, posts, zone, settings.review.url, lambda work, record: record_of(work, record, zone))


def receiver_of(settings: Settings, webhook: Webhook) -> "Receiver":
    from intake.webhooks.sending import Receiver

    key = key_of(webhook.name, settings.secret(webhook.secret))
    return Receiver(webhook, key, str(settings.path(webhook.ca_file)) if webhook.ca_file else None)


def slots_of(settings: Settings) -> tuple[Path, str]:
    """Where this machine's workers note their names, and the machine's own."""
    return settings.folder / ".workers", settings.work.name or socket.gethostname()


def office_of(settings: Settings) -> Office:
    policy = policy_of(settings)
    return Office(
        desk=desk_of(settings),
        policy=policy,
        calendar=WorkCalendar(policy, settings.company.zone),
        language=settings.company.language,
        province=settings.company.province,
        addresses=frozenset(address.lower() for address in settings.company.all_addresses),
        brake=settings.brake,
    )


def actions_of(settings: Settings, now: clock.Clock = clock.now) -> tuple[Storage, Actions]:
    """The acts on a site's records, and the database that the caller closes."""
    storage = storage_of(settings)
    domain = settings.company.address.rsplit("@", 1)[-1]
    return storage, Actions(storage, blobs_of(settings), office_of(settings), now, domain)


@contextmanager
def review_site(settings: Settings, now: clock.Clock = clock.now) -> Iterator[int]:
    """The site alone, listening; its port. Letters that may go are found by whatever process sends."""
    from intake.review.app import app
    from intake.review.serve import Web

    storage = storage_of(settings)
    try:
        made = app(settings, storage, blobs_of(settings), office_of(settings), now)
        with Web(made, settings.review) as web:
            yield web.port
    finally:
        storage.close()


@dataclass(frozen=True, slots=True)
class Parts:
    """Which parts of the service a process is."""

    poll: bool = False
    work: bool = False
    send: bool = False
    watch: bool = False
    review: bool = False  # only while it stays: `--once` opens no site

    @property
    def chosen(self) -> tuple[str, ...]:
        """Its parts, the site not among them."""
        return tuple(name for name in ("poll", "work", "send", "watch") if getattr(self, name))

    @property
    def name(self) -> str:
        return "run" if len(self.chosen) == 4 else "-".join(self.chosen)


ALL = Parts(poll=True, work=True, send=True, watch=True, review=True)


class Service:
    """The service, or the parts of it that this process is. Use as a context: leaving it closes what was opened."""

    def __init__(
        self,
        settings: Settings,
        parts: Parts = ALL,
        now: clock.Clock = clock.now,
        reader: Reader | None = None,
    ) -> None:
        """`reader` is one that several services share, which then stays open; by default each starts its own."""
        self.settings = settings
        self.parts = parts
        self._now = now
        self._shared = reader
        self._open = ExitStack()
        self._stop = threading.Event()
        self.troubles: list[str] = []

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._build(stack)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _build(self, stack: ExitStack) -> None:
        settings, parts = self.settings, self.parts
        self.reader = self._shared or reader_of(settings)
        if self._shared is None:
            stack.callback(self.reader.close)
        if parts.work:
            self.reader.warm()  # the language pipeline loads in a process of its own while this one opens the rest
        office = office_of(settings)
        if office.desk.templates is not None:  # the shipped letters are checked before they are shipped
            check_templates(office.desk.templates)
            check_forms(office.desk.templates)
        self.storage = storage_of(settings)
        stack.callback(self.storage.close)
        self.blobs = blobs_of(settings)
        self.journal = Journal(settings.folder / ".workers" / "sending")
        domain = settings.company.address.rsplit("@", 1)[-1]
        handler = Handler(self.storage, self.blobs, self.reader, office, self._now, domain) if parts.work else None
        postman = self._postman(stack) if parts.send else None
        watcher = Watcher(self.storage, office, self._now, domain) if parts.watch else None
        self.surveyor = Surveyor(self.storage, office, self._now, domain) if parts.watch else None
        self.reconciler = Reconciler(self.storage, self._now, lambda: open_sources(settings, Tokens(self.storage)))
        slot = stack.enter_context(Slot(*slots_of(settings), parts.name))
        self.engine = Engine(
            self.storage,
            self._now,
            slot.executor,
            self.journal,
            handler=handler,
            postman=postman,
            watcher=watcher,
            surveyor=self.surveyor,
            dead=slot.dead,
            nightly=self.reconciler.compare,
        )
        self.engine.launch()
        stack.callback(self.engine.close)
        self.watcher = watcher
        self.beat = Beat(self.storage, self._now, slot.executor, parts.chosen)
        self.webhooks = webhooks_of(settings, self.storage, self._now) if parts.send and settings.webhooks else None
        if self.webhooks is not None:
            stack.callback(self.webhooks.close)
        self.drawer = Drawer(self.storage, self.blobs, self.reader, self._now) if parts.work else None
        alarm = Alarm(self.storage, office, self._now, domain)
        self.poller = Poller(self.storage, self.blobs, self._now, self.engine.give, alarm)
        self.sources: list[Source] = open_sources(settings, Tokens(self.storage)) if parts.poll else []
        for source in self.sources:
            stack.callback(source.close)

    def _postman(self, stack: ExitStack) -> Postman:
        sender = self.settings.sender
        outlet = outlet_of(self.settings, self.storage)
        postman = Postman(
            self.storage,
            self.blobs,
            outlet,
            self.journal,
            self.settings.company,
            self._now,
            sender.per_minute if sender.kind == "smtp" else 0,
        )
        stack.callback(postman.close)
        return postman

    # ---------------------------------------------------------------- once, or for good

    def once(self) -> None:
        """Takes in all that waits, handles it, sends all that is due, does what the clock calls for."""
        for source in self.sources:
            try:
                self.poller.take(source)
            except IntakeError as error:
                self.troubles.append(f"{source.name}: {error}")
        self.engine.drain()
        if self.watcher is not None:
            self.watcher.look()  # after the records are open: a mail that waited long may call for something at once
        if self.surveyor is not None:
            self.surveyor.look()
            self.engine.drain()
        if self.drawer is not None:
            self.drawer.look()
        if self.webhooks is not None:
            self.webhooks.once()
        self.beat.note(stays=False)
        self.troubles += dict.fromkeys(self.engine.failures)

    def stay(self) -> None:
        """Runs until `stop`: a thread a source, the engine's own for the rest."""
        if self.parts.watch:
            self.engine.keep_time()
        self.engine.sweep()
        threads = [
            threading.Thread(
                target=self.poller.keep_taking, args=(source, self._stop), name=f"poll {source.name}", daemon=True
            )
            for source in self.sources
        ]
        threads.append(threading.Thread(target=self.beat.keep_beating, args=(self._stop,), name="beat", daemon=True))
        if self.parts.work:
            giver = Giver(self.storage, self.engine.give)
            threads.append(threading.Thread(target=giver.keep_giving, args=(self._stop,), name="uploads", daemon=True))
        if self.drawer is not None:
            threads.append(
                threading.Thread(target=self.drawer.keep_drawing, args=(self._stop,), name="draw", daemon=True)
            )
        threads += self._telling()
        for thread in threads:
            thread.start()
        with ExitStack() as site:
            if self.parts.review:
                self._open_site(site)
            self._stop.wait()
        for thread in threads:
            thread.join(timeout=5)

    def _telling(self) -> list[threading.Thread]:
        """A thread a webhook."""
        if self.webhooks is None:
            return []
        tell = self.webhooks.keep_delivering
        return [
            threading.Thread(target=tell, args=(post, self._stop), name=f"webhook {post.webhook.name}", daemon=True)
            for post in self.webhooks.posts
        ]

    def _open_site(self, stack: ExitStack) -> None:
        """A site that cannot listen keeps no mail from being answered."""
        from intake.review.app import app  # half a second, that no other command needs
        from intake.review.serve import Web

        made = app(self.settings, self.storage, self.blobs, office_of(self.settings), self._now, self._give_letters)
        try:
            stack.enter_context(Web(made, self.settings.review))
        except IntakeError as error:
            self.troubles.append(str(error))
            log().error("review_site_closed", cause=error.cause, remedy=error.remedy)

    def _give_letters(self, letters: Sequence[str]) -> None:
        if letters:
            self.engine.give_letters(letters, f"site-{self._now().timestamp()}")

    def stop(self) -> None:
        self._stop.set()
