"""The settings file, `intake.toml`: read once, checked whole, never half-believed. The only reader of the environment.

Every table below is a table of the file. An unknown key is an error, so that a typing error is found at the start and
not at
the first mail. Relative paths count from the settings file's folder.
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from intake.errors import SettingsError

LOOPBACK = ("127.0.0.1", "::1", "localhost")  # hosts of this very machine


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def secret(value: str, folder: Path) -> str:
    """A password as the settings name it: `env:NAME`, `file:PATH`, or (for tests and demos) the word itself."""
    if value.startswith("env:"):
        name = value[4:]
        if name not in os.environ:
            raise SettingsError(
                f"The environment variable {name}, named in the settings, is not set.", "Set it, or use file:PATH."
            )
        return os.environ[name]
    if value.startswith("file:"):
        path = folder / value[5:]
        try:
            return path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(
                f"The password file {path} cannot be read: {error.strerror}.",
                "Create it, readable by the service only.",
            ) from error
    return value


class Company(_Table):
    """Who we are."""

    name: str
    address: str
    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    language: Literal["zh-CN", "zh-TW", "en"] = "zh-CN"
    time_zone: str = "Asia/Shanghai"
    province: str = ""
    phone: str = ""
    fax: str = ""

    @field_validator("address")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value.count("@") != 1 or any(c.isspace() for c in value):
            raise ValueError("must be a mail address, such as complaints@example.com")
        return value

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("is no time zone of the tz database, such as Asia/Shanghai") from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def all_addresses(self) -> tuple[str, ...]:
        return (self.address, *self.addresses)


class Database(_Table):
    url: str = "sqlite:///intake.db"


class Files(_Table):
    """Where raw mails and attachments are kept: a folder, or an object store by URL (s3://bucket/prefix)."""

    folder: str = "files"


class OAuth(_Table):
    """OAuth 2 for XOAUTH2: a refresh token is exchanged at `token_url` for access tokens; a rotated one is saved."""

    token_url: str
    client_id: str
    client_secret: str = ""
    refresh_token: str
    scope: str = ""


class ImapSource(_Table):
    name: str
    kind: Literal["imap"]
    host: str
    port: int = Field(993, ge=1, le=65535)
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str
    password: str = ""
    auth: Literal["password", "oauth2"] = "password"
    oauth: OAuth | None = None
    mailbox: str | tuple[str, ...] = "INBOX"
    after: str = "keep"
    ca_file: str = ""
    poll_seconds: float = Field(
        60, gt=0, description="how often to look where the server has no IDLE, and at the latest where it has"
    )

    @field_validator("after")
    @classmethod
    def _is_a_way(cls, value: str) -> str:
        if value in ("keep", "seen") or (value.startswith("move:") and value[5:].strip()):
            return value
        raise ValueError("must be keep, seen or move:FOLDER")

    @model_validator(mode="after")
    def _has_a_way_in(self) -> "ImapSource":
        if self.auth == "oauth2" and self.oauth is None:
            raise ValueError(
                'auth = "oauth2" needs a table [sources.oauth] with token_url, client_id and refresh_token'
            )
        if self.auth == "password" and not self.password:
            raise ValueError("needs a password, as env:NAME or file:PATH")
        return self

    @property
    def mailboxes(self) -> tuple[str, ...]:
        return (self.mailbox,) if isinstance(self.mailbox, str) else self.mailbox


class MaildirSource(_Table):
    name: str
    kind: Literal["maildir"]
    path: str
    after: Literal["keep", "seen"] = "keep"
    poll_seconds: float = Field(5, gt=0)


class FolderSource(_Table):
    """A fax server or scanner drops PDF, TIFF, picture or .eml files here; one still being written is left until it
    rests.
    """

    name: str
    kind: Literal["folder"]
    path: str
    poll_seconds: float = Field(5, gt=0)
    rest_seconds: float = Field(
        2, ge=0, description="a file whose size or time changed within this span is not taken yet"
    )


Source = Annotated[ImapSource | MaildirSource | FolderSource, Field(discriminator="kind")]


class SmtpSender(_Table):
    kind: Literal["smtp"]
    host: str
    port: int = Field(587, ge=1, le=65535)
    security: Literal["tls", "starttls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    auth: Literal["password", "oauth2"] = "password"
    oauth: OAuth | None = None
    ca_file: str = ""
    timeout_seconds: float = Field(30, gt=0)
    per_minute: int = Field(0, ge=0, description="letters a minute at the most; 0: no limit")


class MaildirSender(_Table):
    kind: Literal["maildir"]
    path: str


Sender = Annotated[SmtpSender | MaildirSender, Field(discriminator="kind")]


class Oidc(_Table):
    """Sign-in by the company's own identity provider (OpenID Connect): code flow with PKCE. A user must be known here
    by the address that the provider has verified.
    """

    issuer: str
    client_id: str
    client_secret: str = ""
    name: str = Field("", description="what the button says; empty: the issuer's host")

    @field_validator("issuer")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError("must begin with https://")
        return value.rstrip("/")


class Review(_Table):
    """The review site. `proxies` are the addresses of reverse proxies whose X-Forwarded headers are believed."""

    listen: str = "127.0.0.1:8025"
    public_url: str = ""
    proxies: tuple[str, ...] = ()
    idle_minutes: int = Field(120, ge=1)
    session_hours: int = Field(12, ge=1)
    requests_per_minute: int = Field(600, ge=10)
    departments_see: Literal["all", "own"] = Field(
        "all", description="which records users of the site role department see"
    )
    oidc: Oidc | None = None

    @field_validator("listen")
    @classmethod
    def _is_host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65535:
            raise ValueError("must be HOST:PORT, such as 127.0.0.1:8025")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_a_url(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must be the site's own address, such as https://complaints.example.com")
        return value.rstrip("/")

    @property
    def url(self) -> str:
        """Where a browser finds the site."""
        return self.public_url or f"http://{self.listen}"

    @property
    def secure(self) -> bool:
        """Whether browsers come by https, so that cookies never travel in the clear."""
        return self.public_url.startswith("https://")


class Webhook(_Table):
    """A receiver that is told what happens to records, by signed POSTs (Standard Webhooks)."""

    name: str = Field(min_length=1, max_length=60)
    url: str
    secret: str
    events: tuple[Literal["new", "changed", "overdue", "closed"], ...] = ("new", "changed", "overdue", "closed")
    details: bool = Field(False, description="whether the record goes with it, with names and addresses")
    private: bool = Field(False, description="whether the host may have an address of a private network")
    ca_file: str = ""
    timeout_seconds: float = Field(10, gt=0, le=60)

    @field_validator("url")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            port = parts.port
        except ValueError as error:
            raise ValueError("is no address such as https://erp.example.com/complaints") from error
        if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
            raise ValueError("is no address such as https://erp.example.com/complaints")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("must begin with https://; http:// is for this very machine only")
        if parts.username is not None or parts.fragment:
            raise ValueError("must hold neither a user nor a #fragment")
        return value

    @field_validator("events")
    @classmethod
    def _are_some(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("must name at least one of new, changed, overdue, closed")
        return value


class Model(_Table):
    folder: str = Field("", description="a model made by `intake train`; empty: the shipped one")


class PolicyFile(_Table):
    file: str = ""


class Limits(_Table):
    """What a mail, and one of its parts, may cost at the most."""

    mail_bytes: int = Field(50_000_000, gt=0)
    part_bytes: int = Field(30_000_000, gt=0)
    parts: int = Field(200, gt=0)
    pages: int = Field(100, gt=0)
    characters: int = Field(2_000_000, gt=0)
    part_seconds: float = Field(20, gt=0)
    mail_seconds: float = Field(90, gt=0)
    memory_bytes: int = Field(2_147_483_648, gt=0)
    ocr_page_seconds: float = Field(60, gt=0)
    ocr_memory_bytes: int = Field(4_294_967_296, gt=0)
    ocr_idle_seconds: float = Field(60, gt=0)


class Work(_Table):
    """How much is done side by side. `readers` are child processes that read documents."""

    readers: int = Field(2, ge=1, le=64)
    name: str = Field("", description="this machine's name among workers on the same database; default: its host name")


class Brake(_Table):
    """Acknowledgements to one address at the most, past which a person decides."""

    per_hour: int = Field(10, ge=0)
    per_day: int = Field(30, ge=0)


class Settings(_Table):
    company: Company
    database: Database = Database()
    files: Files = Files()
    sources: tuple[Source, ...] = ()
    sender: Sender
    review: Review = Review()
    webhooks: tuple[Webhook, ...] = ()
    policy: PolicyFile = PolicyFile()
    model: Model = Model()
    limits: Limits = Limits()
    work: Work = Work()
    brake: Brake = Brake()
    templates: str = Field("", description="a folder whose letters stand in for the shipped ones")
    folder: Path = Field(Path(), description="set by the loader: the settings file's own folder")

    @model_validator(mode="after")
    def _names_differ(self) -> "Settings":
        for what, all_of in (("sources", self.sources), ("webhooks", self.webhooks)):
            names = [one.name for one in all_of]
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"two {what} are named {name!r}; give each its own name")
        return self

    def path(self, name: str) -> Path:
        """A path of the settings, from the settings file's folder."""
        return self.folder / name

    def secret(self, value: str) -> str:
        return secret(value, self.folder)


def default_path() -> Path:
    """`INTAKE_CONFIG`, else intake.toml in the current folder."""
    return Path(os.environ.get("INTAKE_CONFIG", "intake.toml"))


def _place(parts: tuple[int | str, ...]) -> str:
    """`("sources", 0, "imap", "port")` as people write it: `sources[1].port`."""
    out = ""
    for part in parts:
        if isinstance(part, int):
            out += f"[{part + 1}]"
        elif part not in ("imap", "maildir", "folder", "smtp"):
            out += ("." if out else "") + part
    return out


def load(path: Path) -> Settings:
    """The settings of a file, or a SettingsError that names the key, what is wrong, and what to do."""
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(
            f"There is no settings file {path}.", "Run `intake init`, or name one with --config."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The settings file {path} cannot be read: {error}.", "Check its rights; it must be UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"The settings file {path} is no valid TOML: {error}.", 'Mend that line; texts stand in "quotes".'
        ) from error
    if "folder" in raw:
        raise SettingsError(f"{path}: folder: unknown key.", "Remove it.")
    try:
        return Settings.model_validate({**raw, "folder": path.resolve().parent})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        what = (
            "unknown key"
            if first["type"] == "extra_forbidden"
            else "is missing"
            if first["type"] == "missing"
            else first["msg"].removeprefix("Value error, ")
        )
        raise SettingsError(
            f"{path}: {_place(first['loc'])}: {what}{more}.", "Correct it; `intake init` writes a commented example."
        ) from error
