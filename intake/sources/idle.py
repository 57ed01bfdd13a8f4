"""Waiting in IMAP IDLE (RFC 2177): news wakes us at once, and a link that died in silence is found out.

The server is asked for a sign of life (DONE and its answer) every `Patience.renew` seconds, well under the 29 minutes
that the RFC allows, since a peer that vanished without a word looks just like an empty mailbox.
"""

import select
import ssl
import threading
import time
from enum import Enum

from imapclient import IMAPClient

from intake.sources.connection import BROKEN, REFUSED, Patience

_SLICE = 0.25  # seconds between looks at `stop`


class Ended(Enum):
    NEWS = "news"  # mails have come
    QUIET = "quiet"  # the time is over, or we are to stop
    BROKEN = "broken"  # the link is dead; it must be dropped
    UNWILLING = "unwilling"  # the server advertises IDLE and will not have it; the link must be dropped


def idle(client: IMAPClient, until: float, stop: threading.Event, patience: Patience) -> Ended:
    """Waits on the selected mailbox until `until` (monotonic seconds)."""
    if arrived_meanwhile(client):
        return Ended.NEWS
    while not stop.is_set() and (now := time.monotonic()) < until:
        try:
            news = _once(client, min(until, now + patience.renew), stop, patience)
        except BROKEN:
            return Ended.BROKEN if time.monotonic() - now > 1 else Ended.UNWILLING
        except REFUSED:
            return Ended.UNWILLING
        if news:
            return Ended.NEWS
    return Ended.QUIET


def arrived_meanwhile(client: IMAPClient) -> bool:
    """Whether an earlier command's answers told of new mails: IDLE would not tell of these again. Asking forgets
    them."""
    told = client._imap.response("EXISTS")[1]
    return told not in ([None], [])


def _once(client: IMAPClient, until: float, stop: threading.Event, patience: Patience) -> bool:
    client.idle()
    told_at_once = _read_already(client)
    if not told_at_once:
        _wait_readable(client, until, stop)
    client.socket().settimeout(patience.done)
    try:
        _text, told = client.idle_done()
    finally:
        client.socket().settimeout(patience.read)
    return told_at_once or any(len(line) > 1 and line[1] == b"EXISTS" for line in told)


def _read_already(client: IMAPClient) -> bool:
    """Whether the packet of the server's "+ idling" held more: a poll of the socket would not see what was read
    already.

    That line is taken out here, whatever it says; one look at the mailbox too many does no harm.
    """
    link, lines = client.socket(), client._imap
    timeout = link.gettimeout()
    link.setblocking(False)
    try:
        line = lines.readline()
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        link.settimeout(timeout)
    if line and not line.endswith(b"\n"):
        lines.readline()
    return bool(line)


def _wait_readable(client: IMAPClient, until: float, stop: threading.Event) -> None:
    poll = select.poll()
    poll.register(client.socket().fileno(), select.POLLIN)
    while not stop.is_set() and (left := until - time.monotonic()) > 0:
        if poll.poll(min(_SLICE, left) * 1000):
            return
