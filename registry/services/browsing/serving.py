"""What `registry browse` opens, and how it is shut to others.

It listens on 127.0.0.1 alone. That is open to every account of this machine, and to pages of other sites that guess the
address: so a page is shown only to a browser that came by the link, which holds a word that is good once.
"""

import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from registry.errors import RegistryError
from registry.services.browsing import telling
from registry.services.browsing.mapping import maps
from registry.services.extracts import extract
from registry.sitrep.values import Audience

if TYPE_CHECKING:
    from datasette.app import Datasette

HOST = "127.0.0.1"
_SETTINGS = {
    "default_allow_sql": False,  # questions of one's own are for `registry sql`
    "allow_download": False,
    "suggest_facets": False,
    "num_sql_threads": 1,  # one connection, so one state of the file for as long as it is open
    "sql_time_limit_ms": 5_000,
    "facet_time_limit_ms": 2_000,
    "default_facet_size": 12,
}


@dataclass(frozen=True)
class Site:
    """A site that waits to be served.

    Attributes:
        link: for the browser; good once.
    """

    link: str
    _app: Any
    _socket: socket.socket

    def serve(self) -> None:
        """Answer until Ctrl-C."""
        import uvicorn  # noqa: PLC0415 -- it comes with Datasette, which is optional

        server = uvicorn.Server(uvicorn.Config(self._app, log_config=None, access_log=False))
        # Of a question that fails Datasette prints what was asked for; the page tells it too.
        with (
            Path(os.devnull).open("w", encoding="utf-8") as nowhere,
            redirect_stdout(nowhere),
            redirect_stderr(nowhere),
            suppress(KeyboardInterrupt),
        ):
            server.run(sockets=[self._socket])


@contextmanager
def opened(engine: Engine, audience: Audience, port: int, producer: str) -> Iterator[Site]:
    """A site on the extract of an audience.

    Args:
        engine: of the registry.
        audience: whose extract is shown.
        port: to listen on; 0 for one that is free.
        producer: who keeps the registry; "" if nobody said.

    Raises:
        RegistryError: Datasette is not installed, or the port is taken.
        NotFound: there is no registry at that address.
    """
    _must_be_installed()
    file = extract(engine, audience)
    with _listening(port) as listening:
        site = _datasette(engine, file, audience, producer)
        number = listening.getsockname()[1]
        link = f"http://{HOST}:{number}/-/auth-token?token={site._root_token}"  # as its own CLI does
        yield Site(link, site.app(), listening)


def _must_be_installed() -> None:
    try:
        import datasette  # noqa: F401, PLC0415 -- heavy, optional, and only for those who ask for it
    except ImportError as error:
        message = "Datasette is not installed; it comes with: pip install 'attack-registry[browse]'"
        raise RegistryError(message) from error


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    try:
        listening = socket.create_server((HOST, port))
    except OSError as error:
        raise RegistryError(f"port {port} cannot be had; give another with --port, or leave it out") from error
    with listening:
        yield listening


def _datasette(engine: Engine, file: Path, audience: Audience, producer: str) -> "Datasette":
    from datasette.app import Datasette  # noqa: PLC0415 -- as above
    from datasette.database import Database  # noqa: PLC0415 -- as above
    from datasette.plugins import pm  # noqa: PLC0415 -- as above

    from registry.services.browsing.pages import TEMPLATES, Pages  # noqa: PLC0415 -- as above

    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as read:
        telling.prepare(read)
        told = telling.metadata(read, audience, producer)
        drawn = maps(engine, read, f"/{audience}/v_facility")
    _alone(pm)
    pm.register(Pages(told["title"], drawn))
    site = Datasette([], metadata=told, settings=_SETTINGS, template_dir=str(TEMPLATES))
    site.remove_database("_memory")
    site.add_database(Database(site, path=str(file), is_mutable=False), name=audience)
    return site


def _alone(plugins: Any) -> None:
    """Take out the plugins that happen to be installed, and the menu of Datasette's own workings."""
    from datasette import handle_exception  # noqa: PLC0415 -- as above
    from datasette.plugins import DEFAULT_PLUGINS  # noqa: PLC0415 -- as above

    handle_exception.rich = None  # of every error it would set all values in reach

    kept = set(DEFAULT_PLUGINS) - {"datasette.default_menu_links"}
    for name, plugin in plugins.list_name_plugin():
        if name not in kept:
            plugins.unregister(plugin)
