"""A loopback proxy before an IMAP server, that does on command what bad networks and bad servers do.

    with ImapProxy.before(server.port, refuses("UID STORE")) as proxy: … connect to proxy.port

A fault looks at each line that the client sends and says what becomes of it: None (passed on), bytes (answered in the server's
stead; `{tag}` is the command's tag), or CUT (the connection ends).
"""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator

CUT = b""
Fault = Callable[[bytes], bytes | None]


def refuses(command: str, answer: str = "NO [NOPERM] not for you") -> Fault:
    """The server says NO to every such command: a read-only mailbox, a quota, an administrator's mood."""
    wanted = re.compile(rb"(\S+) " + command.encode() + rb"\b", re.IGNORECASE)

    def fault(line: bytes) -> bytes | None:
        found = wanted.match(line)
        return found[1] + b" " + answer.encode() + b"\r\n" if found else None

    return fault


def refuses_body_of(uid: int, answer: str | bytes, part: str = "BODY.PEEK[") -> Fault:
    """The server has trouble with one mail: every FETCH of it, alone or among others, fails. `answer` as bytes is all of the
    answer, with {tag}; CUT ends the connection, as a server process that crashes does."""
    wanted = re.compile(rb"(\S+) UID FETCH ([\d,]+) \((.*)\)", re.IGNORECASE)

    def fault(line: bytes) -> bytes | None:
        found = wanted.match(line)
        if not found or str(uid).encode() not in found[2].split(b",") or not found[3].startswith(part.encode()):
            return None
        if isinstance(answer, str):
            return found[1] + b" " + answer.encode() + b"\r\n"
        return answer.replace(b"{tag}", found[1])

    return fault


class ImapProxy:
    """`fault` may be exchanged at any time; `hidden` are capabilities that the server shall seem not to have."""

    def __init__(self, target: int, fault: Fault | None = None, hidden: tuple[str, ...] = ()) -> None:
        self.fault, self.hidden, self._target = fault, hidden, target
        self._flowing = threading.Event()
        self._flowing.set()
        self._links: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self.lines: list[bytes] = []  # all that clients sent, save sign-ins
        threading.Thread(target=self._accept, daemon=True).start()

    @classmethod
    @contextlib.contextmanager
    def before(cls, port: int, fault: Fault | None = None, hidden: tuple[str, ...] = ()) -> Iterator["ImapProxy"]:
        proxy = cls(port, fault, hidden)
        try:
            yield proxy
        finally:
            proxy.close()

    def black_hole(self) -> None:
        """From now on nothing passes, either way, while all connections stay open: a firewall that forgot us."""
        self._flowing.clear()

    def heal(self) -> None:
        """New connections work again; those that fell into the hole stay dead."""
        held, self._links = self._links, []
        self._dead = held
        self._flowing = threading.Event()
        self._flowing.set()

    def cut(self) -> None:
        """All connections end at once."""
        links, self._links = self._links, []
        for link in links:
            _end(link)

    def close(self) -> None:
        self._listener.close()
        self.cut()
        self._flowing.set()

    def sent(self, command: str) -> int:
        """How many lines of the clients hold this."""
        return sum(command.encode() in line for line in self.lines)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._links.append(client)
            threading.Thread(target=self._serve, args=(client, self._flowing), daemon=True).start()

    def _serve(self, client: socket.socket, flowing: threading.Event) -> None:
        if not flowing.is_set():
            return  # accepted, and never a word
        try:
            server = socket.create_connection(("127.0.0.1", self._target), 5)
        except OSError:
            _end(client)
            return
        server.settimeout(None)
        self._links.append(server)
        threading.Thread(target=self._downstream, args=(server, client, flowing), daemon=True).start()
        self._upstream(client, server, flowing)

    def _upstream(self, client: socket.socket, server: socket.socket, flowing: threading.Event) -> None:
        with contextlib.suppress(OSError, ValueError), client.makefile("rb") as lines:
            for line in lines:
                if not flowing.is_set():
                    return
                if b" LOGIN " not in line:
                    self.lines.append(line)
                answer = self.fault(line) if self.fault else None
                if answer is None:
                    server.sendall(line)
                elif answer == CUT:
                    break
                else:
                    client.sendall(answer)
        _end(client)
        _end(server)

    def _downstream(self, server: socket.socket, client: socket.socket, flowing: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if not flowing.is_set():
                    return
                client.sendall(self._without_hidden(data))
        _end(client)
        _end(server)

    def _without_hidden(self, data: bytes) -> bytes:
        if b"CAPABILITY" in data:
            for word in self.hidden:
                data = re.sub(rb" " + word.encode() + rb"(?=[ \]\r])", b"", data)
        return data


def _end(link: socket.socket) -> None:
    with contextlib.suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
    link.close()
