"""Mail servers that say no, or later."""

from collections.abc import Mapping, Sequence

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.smtp import Keeper


class AnswersToMail(Keeper):
    """MAIL gets these answers, one after the other; after them it is accepted."""

    def __init__(self, *answers: str) -> None:
        super().__init__()
        self._answers = list(answers)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._answers:
            return self._answers.pop(0)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"


class AnswersToReceivers(Keeper):
    """RCPT is answered by address: 550 no such user, 450 greylisted …; others are taken."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        super().__init__()
        self.answers = dict(answers)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"


class AnswersToLetters(Keeper):
    """The letter itself gets these answers, one after the other; after them it is kept: 451, then 250."""

    def __init__(self, answers: Sequence[str]) -> None:
        super().__init__()
        self._answers = list(answers)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return self._answers.pop(0) if self._answers else self.keep(envelope)
