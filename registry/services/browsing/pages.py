"""Our pages in Datasette, and what every page says to the browser: a plugin, registered by `serving`.

Hooks: https://docs.datasette.io/en/stable/plugin_hooks.html
"""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from datasette import Response
from pluggy import HookimplMarker

from registry import paths
from registry.services.browsing import telling
from registry.services.browsing.mapping import Map

TEMPLATES = Path(__file__).parent / "templates"
MAP = "/-/map"
# Nothing from anywhere else, whatever a page holds; nothing stays in the browser's cache.
_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
hookimpl = HookimplMarker("datasette")  # as Datasette makes its own, which has no types
_Send = Callable[[dict[str, Any]], Awaitable[None]]


class Pages:
    """The hooks.

    Attributes:
        whose: the title of all pages.
        maps: of the countries, in their order.
    """

    __name__ = "registry.services.browsing"  # by which Datasette finds `static`

    def __init__(self, whose: str, maps: Mapping[str, Map]) -> None:
        self.whose = whose
        self.maps = maps

    @hookimpl
    def prepare_connection(self, conn: sqlite3.Connection) -> None:
        """Let saved questions read their parameters."""
        telling.prepare(conn)

    @hookimpl
    def menu_links(self) -> list[dict[str, str]]:
        """The map is in the menu of every page."""
        return [{"href": MAP, "label": "Map"}] if self.maps else []

    @hookimpl
    def extra_css_urls(self) -> list[str]:
        """Our styles, which Datasette serves from `static`."""
        return [f"/-/static-plugins/{self.__name__}/site.css"]

    @hookimpl
    def register_routes(self) -> list[tuple[str, Any]]:
        """The address of the map."""
        return [(rf"^{MAP}$", self._show_map)]

    @hookimpl
    def extra_template_vars(self) -> dict[str, Any]:
        """What our templates need."""
        return {"whose": self.whose, "map_url": MAP if self.maps else ""}

    @hookimpl
    def asgi_wrapper(self) -> Callable[[Any], Any]:
        """Set our headers on every answer."""

        def wrap(app: Any) -> Any:
            async def wrapped(scope: Any, receive: Any, send: _Send) -> None:
                async def told(message: dict[str, Any]) -> None:
                    if message["type"] == "http.response.start":
                        message = {**message, "headers": _headers(message.get("headers", ()))}
                    await send(message)

                await app(scope, receive, told)

            return wrapped

        return wrap

    async def _show_map(self, datasette: Any, request: Any) -> Any:
        await datasette.ensure_permissions(request.actor, ["view-instance"])
        country = request.args.get("country", next(iter(self.maps), ""))
        script = (paths.TEMPLATES / "screen.js").read_text(encoding="utf-8")
        shown = {"country": country, "countries": list(self.maps), "map": self.maps.get(country), "script": script}
        page = await datasette.render_template("map.html", shown, request=request)
        return Response.html(page, status=200 if country in self.maps else 404)


def _headers(given: Any) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in given if name.decode().lower() not in _HEADERS]
    return kept + [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
