"""Kill -9 at any moment loses nothing and doubles nothing."""

import os
import random
import signal
import time
from collections import Counter

from tests.servers.complaints import complaints
from tests.servers.dovecot import Dovecot
from tests.servers.site import Site
from tests.servers.smtp import SmtpSink

MAILS, KILLS, SEED = 60, 40, 20261120


def test_60_mails_and_40_kills_leave_60_records_and_60_acknowledgements(
    site: Site, dovecot: Dovecot, account: str, sink: SmtpSink
) -> None:
    chance = random.Random(SEED)
    waiting = list(complaints(MAILS, seed=SEED))
    for _ in range(KILLS):
        for mail in [waiting.pop() for _ in range(min(len(waiting), chance.choice((1, 2, 2))))]:
            dovecot.append(account, mail)
        process = site.start("run", "--once")
        time.sleep(chance.uniform(0.2, 3.0))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    dovecot.append(account, *waiting)

    ended = site.run("run", "--once")

    assert ended.status == 0, ended.error
    arrivals = site.lines("arrivals")
    assert Counter(each["state"] for each in arrivals) == {"done": MAILS}
    assert Counter(each["became"] for each in arrivals) == {"record": MAILS}
    records = site.lines("records")
    assert len({record["messages"][0]["message_id"] for record in records}) == len(records) == MAILS
    acknowledgements = [
        letter for record in records for letter in record["letters"] if letter["purpose"] == "acknowledgement"
    ]
    assert Counter(letter["state"] for letter in acknowledgements) == {"sent": MAILS}
    received = Counter(mail["Message-ID"] for mail in sink.messages if mail["Auto-Submitted"] == "auto-replied")
    assert set(received) == {letter["message_id"] for letter in acknowledgements}
