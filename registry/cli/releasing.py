"""The verb `release` of sources, reports, claims, attacks and situations: the same under each noun."""

import click

from registry.cli.options import Settings, done, examples, needed, pass_settings, writes, writing

_OPENS = {
    "source": "the speakers in all that it publishes by name, as in a data set that anybody can download",
    "report": "its title, link, archive and date as printed; and its speakers count as having spoken in public",
    "claim": "its words, period and place as printed; and its speaker counts as having spoken in public",
    "attack": "its ref, title and summary, as a row of its own; its place stays as coarse as all others",
    "situation": "its name and its period as printed",
}
_REFS = {
    "source": "'Insecurity Insight'",
    "report": "R-7Q2M-K9XD-F3A7-R",
    "claim": "C-1B5N-T3WH-THBR-8",
    "attack": "A-7Q2M-K9XD-F3A7-B",
    "situation": "'Idlib offensive 2019'",
}


def release_verb(noun: str) -> click.Command:
    """The command for one noun."""

    @click.command(
        "release",
        epilog=examples(f"registry {noun} release {_REFS[noun]} --why 'Agreed by the speaker on 5 May, by telephone'"),
        help=f"Record that what the {noun} holds may be shown to the public.\n\n"
        f"A public report then has {_OPENS[noun]}.",
    )
    @click.argument("wanted", metavar="REF")
    @click.option("--take-back", is_flag=True, help="The release no longer stands; later reports leave it out again.")
    @writes
    @pass_settings
    def release(settings: Settings, wanted: str, take_back: bool, why: str | None, dry_run: bool) -> None:
        from registry.services import releasing

        reason = needed(why)
        act = releasing.take_back if take_back else releasing.release
        with writing(settings, reason, dry_run) as work:
            ref = act(work, noun, wanted).ref
        done(dry_run, f"{'Took back the release' if take_back else 'Recorded the release'} of {ref}: {reason}")

    return release
