"""`registry browse`: the registry in a browser."""

from typing import TYPE_CHECKING

import click

from registry.cli.options import Settings, examples, pass_settings, say

if TYPE_CHECKING:
    from registry.sitrep.values import Audience


@click.command(epilog=examples("registry browse", "registry browse --audience partner --port 8001 --no-open"))
@click.option(
    "--audience",
    type=click.Choice(["internal", "partner", "public"]),
    default="internal",
    show_default=True,
    help="Show what colleagues, partners or the public may see.",
)
@click.option("--port", type=click.IntRange(1, 65_535), metavar="N", help="Listen there; else on a port that is free.")
@click.option("--no-open", is_flag=True, help="Print the link, and open no browser.")
@pass_settings
def browse(settings: Settings, audience: "Audience", port: int | None, no_open: bool) -> None:
    """The registry in a browser: tables, saved questions, a map.

    It needs `pip install 'attack-registry[browse]'`. Only this computer is answered, and only the browser that comes by
    the link, which is good once. It shows the registry as it is now; Ctrl-C ends it. `docs/browsing.md` says more.
    """
    from registry.services.browsing.serving import opened

    with opened(settings.engine, audience, port or 0, settings.config.producer) as site:
        click.echo(site.link)
        say("Ctrl-C ends it.")
        if not no_open:
            click.launch(site.link)
        site.serve()
