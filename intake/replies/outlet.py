"""The way out for letters, as the settings name it: a mail server, or a Maildir."""

import ssl

from intake.errors import SettingsError
from intake.replies.maildir_outlet import MaildirOutlet
from intake.replies.outcome import Accepted, Deferred, InDoubt, Outcome, Outlet, Refused
from intake.replies.smtp import SmtpOutlet
from intake.replies.smtp_connection import Bearer
from intake.replies.wire import wire_format
from intake.settings import MaildirSender, Settings

__all__ = ["Accepted", "Bearer", "Deferred", "InDoubt", "Outcome", "Outlet", "Refused", "open_outlet", "wire_format"]


def open_outlet(settings: Settings, bearer: Bearer | None = None) -> Outlet:
    """The outlet of `[sender]`. Nothing is connected yet. `bearer` gives access tokens where auth = "oauth2".

    Raises SettingsError for what can be seen to be wrong without connecting.
    """
    sender = settings.sender
    if isinstance(sender, MaildirSender):
        return MaildirOutlet(settings.path(sender.path))
    if sender.auth == "oauth2" and bearer is None:
        raise SettingsError('sender: auth = "oauth2" needs a table [sender.oauth].', "Add it, or sign in by password.")
    if sender.ca_file:
        authority = settings.path(sender.ca_file)
        if not authority.is_file():
            raise SettingsError(f"sender.ca_file: there is no file {authority}.", "Correct the path.")
        sender = sender.model_copy(update={"ca_file": str(authority)})
    try:
        return SmtpOutlet(sender, settings.company.address, settings.secret, bearer)
    except ssl.SSLError as error:
        raise SettingsError(
            f"sender.ca_file: {sender.ca_file} holds no certificate.", "Give it in PEM form."
        ) from error
