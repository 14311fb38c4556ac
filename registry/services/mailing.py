"""One message with files over SMTP, always encrypted but on this machine itself."""

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import ExitStack
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from registry.errors import RegistryError, UsageError

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SECONDS = 30


def message(sender: str, to: str, subject: str, body: str, files: Sequence[tuple[str, bytes]] = ()) -> EmailMessage:
    """A message in plain text that stands alone, with its files as PDF."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, " ".join(subject.split())
    made["Date"], made["Message-ID"] = formatdate(localtime=False), make_msgid(domain=sender.rpartition("@")[2])
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(body)
    for name, data in files:
        made.add_attachment(data, maintype="application", subtype="pdf", filename=name)
    return made


def send(url: str, made: EmailMessage, *, trusted: ssl.SSLContext | None = None) -> None:
    """Hand a message to the mail server.

    Args:
        url: `smtps://user:password@host:465`, `smtp+starttls://…:587`, or `smtp://localhost:25` on this machine alone.
        made: the message.
        trusted: whose certificates are believed; the system's authorities otherwise.

    Raises:
        UsageError: the address is none of these.
        RegistryError: the server cannot be reached, does not encrypt, or refuses; without a recipient's address.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("smtps", "smtp+starttls", "smtp") or not host:
        raise UsageError("REGISTRY_SMTP_URL is no address of a mail server; give smtps://user:password@host:465")
    if parts.scheme == "smtp" and host not in _LOOPBACK:
        raise UsageError(
            "REGISTRY_SMTP_URL: mail leaves this machine encrypted only; give smtps:// or smtp+starttls://"
        )
    context = trusted or ssl.create_default_context()
    try:
        with _connected(parts.scheme, host, parts.port, context) as server:
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(made)
    except smtplib.SMTPRecipientsRefused as error:
        codes = ", ".join(sorted({str(code) for code, _ in error.recipients.values()}))
        raise RegistryError(f"the mail server refuses the recipient (code {codes})") from error
    except smtplib.SMTPResponseException as error:
        raise RegistryError(f"the mail server refuses (code {error.smtp_code})") from error
    except (smtplib.SMTPException, OSError) as error:
        raise RegistryError(f"the mail server at {host} cannot be used ({type(error).__name__})") from error


def _connected(scheme: str, host: str, port: int | None, context: ssl.SSLContext) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=_SECONDS, context=context)
    server = smtplib.SMTP(host, port or (587 if scheme == "smtp+starttls" else 25), timeout=_SECONDS)
    with ExitStack() as unless_encrypted:
        unless_encrypted.callback(server.close)
        if scheme == "smtp+starttls":
            server.starttls(context=context)
        unless_encrypted.pop_all()
    return server
