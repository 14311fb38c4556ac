"""`registry init`."""

import click

from registry.cli.options import Settings, examples, pass_settings, say


@click.command(epilog=examples("registry init --node 'Gaziantep laptop'"))
@click.option(
    "--node", metavar="NAME", help="What this laptop or server is called in the journal; its host name otherwise."
)
@pass_settings
def init(settings: Settings, node: str | None) -> None:
    """Make a registry, or bring one up to date.

    Without --database it is the file registry.db in the current folder. Doing it twice does no harm.
    """
    from registry.services import schema

    if schema.initialise(settings.engine, node):
        say(f"Made a registry in {settings.address}, with its code lists.")
        say("Next: registry place add, registry source add, registry report add; or registry COMMAND --help.")
    else:
        say(f"The registry in {settings.address} is up to date.")
