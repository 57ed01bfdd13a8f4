"""Where mails and files come from: IMAP mailboxes, Maildirs and folders, all behind one promise (`source.Source`)."""

from intake.errors import SettingsError
from intake.settings import FolderSource, ImapSource, MaildirSource, Settings
from intake.sources.connection import Account
from intake.sources.folder import Folder
from intake.sources.imap import ImapMailbox
from intake.sources.maildir import Maildir
from intake.sources.oauth import AccessTokens
from intake.sources.source import Incoming, Known, Source, SourceMark, SourceTrouble, TokenStore

__all__ = [
    "AccessTokens",
    "Incoming",
    "Known",
    "Source",
    "SourceMark",
    "SourceTrouble",
    "TokenStore",
    "open_source",
    "open_sources",
]


def open_sources(settings: Settings, tokens: TokenStore) -> list[Source]:
    """One source per mailbox, Maildir and folder of the settings, in their order. Nothing is connected yet.

    Raises SettingsError for what can be seen to be wrong without connecting.
    """
    return [source for table in settings.sources for source in open_source(settings, table, tokens)]


def open_source(
    settings: Settings, table: ImapSource | MaildirSource | FolderSource, tokens: TokenStore
) -> list[Source]:
    """The sources of one `[[sources]]` table."""
    limit = settings.limits.mail_bytes
    if isinstance(table, MaildirSource):
        return [Maildir(table, settings.path(table.path), limit)]
    if isinstance(table, FolderSource):
        return [Folder(table, settings.path(table.path), limit)]
    _target_is_no_source(table)
    account = Account.of(table, settings, tokens)
    return [ImapMailbox(table, mailbox, account, limit) for mailbox in table.mailboxes]


def _target_is_no_source(table: ImapSource) -> None:
    """A mail moved into a mailbox that is read as well would come back under a new UID for ever."""
    target = table.after.removeprefix("move:")
    if table.after.startswith("move:") and target in table.mailboxes:
        raise SettingsError(
            f"Source {table.name!r} moves mails into {target!r}, which it reads as well.",
            "Name a folder in `after` that is not in `mailbox`.",
        )
