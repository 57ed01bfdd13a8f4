"""A private Dovecot 2.3 on a loopback port, in a folder of its own, run by a user without rights.

Use: `with Dovecot.running() as server:`; each test takes a user of its own (`server.user()`), which is an empty account. TLS and
STARTTLS use a certificate by an authority made for the occasion (`server.ca_file`). XOAUTH2 asks the token server that is given.
"""

import contextlib
import datetime
import getpass
import grp
import ipaddress
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imapclient import IMAPClient

PASSWORD = "demo"

_CONFIG = """
base_dir = {run}/run
state_dir = {run}/run
log_path = {run}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{run}/server.pem
ssl_key = <{run}/server.key
ssl_dh =
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login {mechanisms}
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
mail_location = maildir:{run}/mail/%u
mail_fsync = never
mailbox_list_index = no
first_valid_uid = 1
imap_idle_notify_interval = 29 mins
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
{oauth}
userdb {{
  driver = static
  args = uid={user} gid={group} home={run}/mail/%u
}}
"""

_OAUTH = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {run}/oauth2.conf
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Dovecot:
    """`port` speaks plain and STARTTLS, `tls_port` TLS from the start."""

    host = "127.0.0.1"
    password = PASSWORD

    def __init__(self, run: Path, token_info_url: str = "") -> None:
        self.run, self.port, self.tls_port = run, free_port(), free_port()
        self.ca_file = run / "ca.pem"
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._owner, self._group = _without_rights()
        make_certificates(run)
        oauth = _OAUTH.format(run=run) if token_info_url else ""
        if oauth:
            (run / "oauth2.conf").write_text(
                f"tokeninfo_url = {token_info_url}\nintrospection_mode = \nusername_attribute = email\n"
                "use_grant_password = no\n"
            )
        (run / "dovecot.conf").write_text(
            _CONFIG.format(
                run=run,
                user=self._owner,
                group=self._group,
                port=self.port,
                tls_port=self.tls_port,
                password=PASSWORD,
                oauth=oauth,
                mechanisms="xoauth2" if oauth else "",
            )
        )
        (run / "mail").mkdir()
        self.own(run)

    @classmethod
    @contextlib.contextmanager
    def running(cls, token_info_url: str = "") -> Iterator["Dovecot"]:
        run = Path(tempfile.mkdtemp(prefix="dovecot-"))
        server = cls(run, token_info_url)
        try:
            server.start()
            yield server
        finally:
            server.stop()
            shutil.rmtree(run, ignore_errors=True)

    def own(self, folder: Path) -> None:
        """Gives a folder and all in it to the user that Dovecot runs as."""
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", f"{self._owner}:{self._group}", str(folder)], check=True)

    def start(self) -> None:
        command = ["dovecot", "-F", "-c", str(self.run / "dovecot.conf")]
        as_user = {"user": self._owner, "group": self._group, "extra_groups": []} if os.getuid() == 0 else {}
        self._process = subprocess.Popen(  # type: ignore[call-overload]
            command, stderr=subprocess.DEVNULL, start_new_session=True, **as_user
        )
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), 0.5) as link:
                if link.recv(4) == b"* OK":
                    return
            time.sleep(0.05)
        raise RuntimeError(f"Dovecot did not start: {self.log()}")

    def stop(self) -> None:
        """The master and the processes of all sessions, as when a machine goes down."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait(10)
            self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def log(self) -> str:
        path = self.run / "dovecot.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else "(no log)"

    def user(self) -> str:
        """A new account, without mails."""
        return f"u{next(self._numbers)}@example.com"

    def maildir(self, user: str) -> Path:
        """The INBOX of a user, on disk."""
        return self.run / "mail" / user

    @contextlib.contextmanager
    def client(self, user: str, mailbox: str = "INBOX") -> Iterator[IMAPClient]:
        """A person's mail program, on the mailbox."""
        client = IMAPClient(self.host, self.port, ssl=False, timeout=10)
        try:
            client.login(user, PASSWORD)
            client.select_folder(mailbox)
            yield client
        finally:
            client.shutdown()

    def append(
        self,
        user: str,
        *mails: bytes,
        mailbox: str = "INBOX",
        flags: Sequence[bytes] = (),
        at: datetime.datetime | None = None,
    ) -> None:
        with self.client(user) as client:
            for mail in mails:
                client.append(mailbox, mail, flags, at)

    def make(self, user: str, mailbox: str) -> None:
        with self.client(user) as client:
            client.create_folder(mailbox)

    def make_anew(self, user: str, mailbox: str) -> None:
        """Deleted and created: another UIDVALIDITY, UIDs from 1."""
        with self.client(user) as client:
            client.delete_folder(mailbox)
            client.create_folder(mailbox)

    def flags(self, user: str, mailbox: str = "INBOX") -> dict[int, tuple[bytes, ...]]:
        with self.client(user, mailbox) as client:
            uids = client.search()
            return {uid: row[b"FLAGS"] for uid, row in client.fetch(uids, ["FLAGS"]).items()}


def _without_rights() -> tuple[str, str]:
    if os.getuid() == 0:
        return "nobody", "nogroup"
    return getpass.getuser(), grp.getgrgid(pwd.getpwuid(os.getuid()).pw_gid).gr_name


def make_certificates(folder: Path) -> None:
    """ca.pem, and server.pem with server.key for 127.0.0.1 and localhost."""
    now = datetime.datetime.now(datetime.UTC)

    def certificate(
        subject: str,
        key: ec.EllipticCurvePrivateKey,
        issuer: str,
        issuer_key: ec.EllipticCurvePrivateKey,
        authority: bool,
    ) -> x509.Certificate:
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(issuer_key, hashes.SHA256())
        )

    ca_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = certificate("Test Authority", ca_key, "Test Authority", ca_key, True)
    server = certificate("localhost", server_key, "Test Authority", ca_key, False)
    (folder / "ca.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    (folder / "server.pem").write_bytes(server.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
