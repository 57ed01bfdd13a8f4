"""What happens at the IMAP server to mails that are taken: nothing, \\Seen, or a move to another folder."""

import imaplib
from collections.abc import Callable, Sequence

from imapclient import DELETED, SEEN, IMAPClient

from intake.sources.connection import REFUSED


def mark(client: IMAPClient, after: str, uids: Sequence[int]) -> None:
    """`after` as in the settings. UIDs that are gone are no error (RFC 3501 §6.4.8). Raises the library's errors."""
    if after == "seen":
        client.add_flags(uids, [SEEN], silent=True)
    elif after.startswith("move:"):
        _move(client, uids, after.removeprefix("move:").strip())


def _move(client: IMAPClient, uids: Sequence[int], folder: str) -> None:
    if client.has_capability("MOVE"):  # RFC 6851: all or nothing
        _making(client, folder, lambda target: client.move(uids, target))
        return
    _making(client, folder, lambda target: client.copy(uids, target))
    client.add_flags(uids, [DELETED], silent=True)
    if client.has_capability("UIDPLUS"):
        # A plain EXPUNGE would remove what other people have marked \Deleted as well, so without UIDPLUS it is left
        # undone.
        client.uid_expunge(uids)


def _making(client: IMAPClient, folder: str, action: Callable[[str], object]) -> None:
    """Not every server says [TRYCREATE], so whatever the refusal, a folder that is not there is made; below the user's
    prefix where the server lets him have none elsewhere.
    """
    try:
        action(folder)
    except imaplib.IMAP4.abort:
        raise
    except REFUSED:
        if client.folder_exists(folder):
            raise
        try:
            client.create_folder(folder)
        except imaplib.IMAP4.abort:
            raise
        except REFUSED:
            below = _below_prefix(client, folder)
            if below == folder:
                raise
            _making(client, below, action)
            return
        action(folder)


def _below_prefix(client: IMAPClient, folder: str) -> str:
    """The folder as a server spells it where all of a user's own stand below a prefix: INBOX.Done (RFC 2342)."""
    if not client.has_capability("NAMESPACE"):
        return folder
    personal = client.namespace().personal
    prefix = str(personal[0][0]) if personal else ""
    return folder if folder.startswith(prefix) else prefix + folder
