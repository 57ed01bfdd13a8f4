"""What can go wrong while reading what a customer sent.

    ReadingError                 base: a cause, and what a person can do about it
    ├── NotAMail                 the bytes are no mail at all
    ├── Unreadable               a part that cannot be opened: damaged, or of a kind we do not read
    │   ├── Encrypted            ... because it asks for a password
    │   └── TooLarge             ... because it is over a limit (bytes, pages, cells, pixels)
    └── ReaderKilled             the child that read it ran out of time or memory, or crashed

All of them are the customer's document's fault or its reader's, never the service's: the mail is kept, recorded and
shown.
"""


class ReadingError(Exception):
    """A cause in a sentence for the reviewer, and a remedy: what to do next."""

    remedy = "Open the original and type in what it says."

    def __init__(self, cause: str, remedy: str | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        if remedy is not None:
            self.remedy = remedy


class NotAMail(ReadingError):
    remedy = "Look at the original file; if it is a document, drop it with its own ending (.pdf, .tif, .docx)."


class Unreadable(ReadingError):
    pass


class Encrypted(Unreadable):
    remedy = "Ask the customer for the document without a password, or for the password."


class TooLarge(Unreadable):
    remedy = "Open the original by hand, or raise the limit in the settings."


class ReaderKilled(ReadingError):
    remedy = "Open the original by hand; `intake retry` reads it again."
