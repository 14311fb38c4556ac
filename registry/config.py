"""What the environment decides. The only module that reads it."""

import getpass
import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_DATABASE = "registry.db"


@dataclass(frozen=True)
class Config:
    """Settings of one run.

    Attributes:
        database_url: SQLAlchemy URL; `sqlite:///registry.db` in the current folder unless told otherwise.
        user: who is answerable for changes.
        producer: who publishes situation reports (`REGISTRY_PRODUCER`).
        contact: whom readers write to with a correction (`REGISTRY_CONTACT`).
        smtp_url: of the mail server that takes issues of schedules (`REGISTRY_SMTP_URL`).
        mail_from: whom its messages come from (`REGISTRY_MAIL_FROM`).
        keeper_mail: who is told what a schedule held back or failed to do (`REGISTRY_KEEPER_MAIL`).
    """

    database_url: str
    user: str
    producer: str = ""
    contact: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    keeper_mail: str = ""

    @property
    def sqlite_file(self) -> Path | None:
        """The file of a SQLite registry; None for PostgreSQL."""
        prefix = "sqlite:///"
        if not self.database_url.startswith(prefix):
            return None
        return Path(self.database_url.removeprefix(prefix).partition("?")[0])


def state_folder() -> Path:
    """Where an account keeps what it knows of registries: backups, questions (`XDG_STATE_HOME`, `~/.local/state`)."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "registry"


def load(database: str | None = None, user: str | None = None) -> Config:
    """Settings from the command line, else the environment, else the defaults.

    Args:
        database: a URL or the path of a SQLite file (`REGISTRY_DATABASE_URL`).
        user: the person's name (`REGISTRY_USER`, else the operating system's user).
    """
    return Config(
        database_url=_as_url(database or os.environ.get("REGISTRY_DATABASE_URL") or DEFAULT_DATABASE),
        user=user or os.environ.get("REGISTRY_USER") or _operating_system_user(),
        producer=os.environ.get("REGISTRY_PRODUCER", ""),
        contact=os.environ.get("REGISTRY_CONTACT", ""),
        smtp_url=os.environ.get("REGISTRY_SMTP_URL", ""),
        mail_from=os.environ.get("REGISTRY_MAIL_FROM", ""),
        keeper_mail=os.environ.get("REGISTRY_KEEPER_MAIL", ""),
    )


def cache_folder() -> Path:
    """Where files stand that can be made again and have no place beside a registry (`XDG_CACHE_HOME`, `~/.cache`)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "registry"


def history_file() -> Path:
    """Where the questions typed at the prompt of `registry sql` are kept."""
    return state_folder() / "sql_history"


def _as_url(database: str) -> str:
    if "://" in database:
        # One driver for PostgreSQL, whichever of its three usual spellings is given.
        for scheme in ("postgres://", "postgresql://"):
            if database.startswith(scheme):
                return "postgresql+psycopg://" + database.removeprefix(scheme)
        return database
    return f"sqlite:///{Path(database).expanduser()}"


def _operating_system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        return f"uid-{os.getuid()}"
