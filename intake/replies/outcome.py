"""What became of a letter at the way out, and what a way out promises."""

from dataclasses import dataclass
from typing import Protocol

from intake.addresses import is_address
from storage.records import Letter


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server has taken the letter. `answer` is what it said last."""

    answer: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not taken now; to be tried again. `unreachable`: it is the server that fails, so others would fail as well."""

    answer: str
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Not taken, and not to be tried again before a person has done what `remedy` says."""

    answer: str
    remedy: str


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The connection broke between the end of the letter and the server's answer: taken or not, nobody knows."""

    answer: str


Outcome = Accepted | Deferred | Refused | InDoubt


class Outlet(Protocol):
    """A way out for letters. Safe to use from several threads."""

    def send(self, letter: Letter, wire: bytes) -> Outcome:
        """Hands a letter over. Never raises for what a server or a network does."""

    def check(self) -> str:
        """Tries the way without sending anything: one line of what was found. Raises Unreachable, SignInRefused."""

    def close(self) -> None:
        """Gives connections back."""


def receivers_of(letter: Letter) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(to, copies), each address once. A letter that has copies alone is written to these."""
    to = tuple(dict.fromkeys(letter.to or letter.cc))
    return to, tuple(dict.fromkeys(address for address in letter.cc if address not in to))


def unsendable(letter: Letter) -> Refused | None:
    """Why a letter cannot go to anybody: no receiver, or what is no mail address."""
    to, copies = receivers_of(letter)
    if not to:
        return Refused("The letter has no receiver.", "Enter the receiver's address and send it again.")
    wrong = [address for address in (*to, *copies) if not is_address(address)]
    if wrong:
        return Refused(f"{wrong[0][:100]!a} is no mail address.", "Correct the receiver's address and send it again.")
    return None
