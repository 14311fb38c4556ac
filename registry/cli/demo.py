"""`registry demo`: a small registry made from one news article, and its situation reports."""

from pathlib import Path

import click

from registry.cli.options import Settings, pass_settings, say
from registry.plurals import how_many


@click.command(epilog="\b\nExample:\n  registry demo")
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Folder for the registry and the report; what an earlier demo left there is made anew.",
)
@pass_settings
def demo(settings: Settings, folder: Path) -> None:
    """Make a small registry from one news article, and print its situation report."""
    from collections import Counter

    from registry import config, db
    from registry.services import demo as case
    from registry.services import schema, sitreps
    from registry.services.work import writing
    from registry.sitrep import render

    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "registry.db"
    for old in (database, database.with_name("registry.db-wal"), database.with_name("registry.db-shm")):
        old.unlink(missing_ok=True)
    engine = db.connect(config.load(str(database)).database_url)
    schema.initialise(engine)
    say(f"Made an empty registry: {database}")
    with writing(engine, settings.user, case.WHY) as work:
        entered = Counter(step.noun for step in case.load(work))
    told = [how_many(count, noun) for noun, count in entered.items()]
    say("Entered from one news article: " + ", ".join(told))
    for audience, name in (("internal", "sitrep-en.pdf"), ("public", "sitrep-en-public.pdf")):
        with db.reading(engine) as connection:
            sitrep = sitreps.snapshot(connection, areas=case.AREAS, first=case.FIRST, last=case.LAST, audience=audience)
        (folder / name).write_bytes(render.render_pdf(sitrep))
        say(f"Printed its {audience} situation report: {folder / name}")
    say(f"Look around: registry --database {database} attack list")
