"""Mail servers and networks that break connections, or leave one waiting."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.smtp import Keeper


class DropsAfterData(Keeper):
    """Takes the whole letter, keeps it, and breaks the connection in place of the answer (trap 35), so many times."""

    def __init__(self, times: int = 1) -> None:
        super().__init__()
        self._times = times

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.keep(envelope)
        if self._times:
            self._times -= 1
            assert server.transport is not None
            server.transport.abort()
        return answer


class DropsEachLetterOnce(Keeper):
    """Takes each letter and breaks the connection in place of the answer; one that comes again is answered."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        came_before = any(message_id(each.content) == message_id(content) for each in self.received)
        answer = self.keep(envelope)
        if not came_before:
            assert server.transport is not None
            server.transport.abort()
        return answer


def message_id(letter: bytes) -> str:
    return str(message_from_bytes(letter)["Message-ID"])


class NeverAnswersTheLetter(Keeper):
    """Takes the whole letter and says nothing."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(60)
        return "250 too late"


class ClosesOnReuse(Keeper):
    """Breaks the connection at the second MAIL on it, by a cut or by 421."""

    def __init__(self, politely: bool) -> None:
        super().__init__()
        self._politely = politely

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if getattr(session, "letters", 0):
            assert server.transport is not None
            if self._politely:
                return "421 4.4.2 too long idle"
            server.transport.abort()
        session.letters = 1  # type: ignore[attr-defined]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"


class ClosesWhenIdle(Keeper):
    """Lets a test cut all its connections."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[SMTP] = []

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.open.append(server)
        return await super().handle_EHLO(server, session, envelope, hostname, responses)

    def cut(self) -> None:
        for server in self.open:
            if server.transport is not None:
                server.loop.call_soon_threadsafe(server.transport.abort)


@contextlib.contextmanager
def scripted(*script: bytes) -> Iterator[int]:
    """A server on the yielded port that says its lines, each after one line of the client, and then closes.

    An empty line of the script closes at once. After "354" the client's letter is not read: it breaks in the middle.
    """
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, connection.makefile("rb") as lines:
                    for number, line in enumerate(script):
                        if number and not lines.readline():
                            break
                        if not line:
                            break
                        connection.sendall(line)
                    # unread bytes in the buffer make this a reset, which the client notices while it is still sending
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
