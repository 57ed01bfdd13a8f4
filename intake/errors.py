"""What can go wrong in running the service.

    IntakeError                  base: one sentence, what to do, and the exit status
    ├── SettingsError            (2) a wrong key, type or value in intake.toml, policy.toml or a template
    ├── UsageError               (2) a command called wrongly
    ├── Unreachable              (1) a server that does not answer, or refuses us
    │   └── SignInRefused        (1) ... because of the user, the password or the token
    ├── StorageError             (1) database or files: full, locked, not ours
    └── RecordError              (1) a step that the record's state does not allow
        └── NotAllowed           (1) ... or the person's roles

`intake.cli` prints `error: what — where. remedy` on standard error and exits with `exit_status`. What a customer's
document does
wrong is `parsers.errors`.
"""


class IntakeError(Exception):
    """`cause` says what is wrong and where; `remedy` what to do."""

    exit_status = 1

    def __init__(self, cause: str, remedy: str = "") -> None:
        super().__init__(f"{cause} {remedy}".strip())
        self.cause = cause
        self.remedy = remedy


class SettingsError(IntakeError):
    exit_status = 2


class UsageError(IntakeError):
    exit_status = 2


class Unreachable(IntakeError):
    pass


class SignInRefused(Unreachable):
    pass


class StorageError(IntakeError):
    pass


class RecordError(IntakeError):
    pass


class NotAllowed(RecordError):
    pass
