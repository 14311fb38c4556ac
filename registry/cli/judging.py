"""`merge` and `split`, the same under `facility`, `attack` and `place`: whether two records are one thing."""

from typing import NamedTuple

import click

from registry.cli.options import Settings, done, examples, needed, pass_settings, writes, writing


class _Example(NamedTuple):
    """Two refs, and why they may be one thing or two."""

    refs: str
    one: str
    two: str


_EXAMPLES = {
    "facility": _Example(
        "F-7Q2M-K9XD-F3A7-S F-1B5N-T3WH-THBR-Q", "Same place, spelt in two scripts", "Two wings, 400 m apart"
    ),
    "attack": _Example(
        "A-7Q2M-K9XD-F3A7-B A-1B5N-T3WH-THBR-0", "One strike in two spreadsheets", "Six hours lie between them"
    ),
    "place": _Example(
        "P-7Q2M-K9XD-F3A7-0 P-1B5N-T3WH-THBR-C", "One village in two gazetteers", "The upper and the lower village"
    ),
}
_MANY = {"facility": "facilities", "attack": "attacks", "place": "places"}


def add_commands(group: click.Group, kind: str) -> None:
    """Give the group of a kind of records its `merge` and `split`."""
    _add_merge(group, kind)
    _add_split(group, kind)


def _add_merge(group: click.Group, kind: str) -> None:
    example = _EXAMPLES[kind]

    @group.command(
        help=f"""Judge that two records are one {kind}.

        Nothing is lost: both stay, the later one points to the earlier, and `split` takes it back. Only refs are
        taken here, since a name may mean either.
        """,
        epilog=examples(f"registry {kind} merge {example.refs} --why '{example.one}'"),
    )
    @click.argument("wanted", metavar="REF")
    @click.argument("other", metavar="OTHER")
    @writes
    @pass_settings
    def merge(settings: Settings, wanted: str, other: str, why: str | None, dry_run: bool) -> None:
        _judge(settings, kind, (wanted, other), "same", why, dry_run)
        done(dry_run, f"Recorded that {wanted} and {other} are one {kind}.")


def _add_split(group: click.Group, kind: str) -> None:
    example = _EXAMPLES[kind]
    split_them = f"registry {kind} split {example.refs}"

    @group.command(
        help=f"Take back the judgement that two records are one {kind}.",
        epilog=examples(
            f"{split_them} --why '{example.two}'", f"{split_them} --different --why 'Compared with both sources'"
        ),
    )
    @click.argument("wanted", metavar="REF")
    @click.argument("other", metavar="OTHER")
    @click.option("--different", is_flag=True, help="Record that they are known to be two: nobody is asked again.")
    @writes
    @pass_settings
    def split(settings: Settings, wanted: str, other: str, different: bool, why: str | None, dry_run: bool) -> None:
        _judge(settings, kind, (wanted, other), "different" if different else "", why, dry_run)
        done(dry_run, f"Recorded that {wanted} and {other} are two {_MANY[kind]}.")


def _judge(settings: Settings, kind: str, refs: tuple[str, str], verdict: str, why: str | None, dry_run: bool) -> None:
    """Record a verdict on two records, or take back the standing one where there is none to put in its place."""
    from registry.services import matching

    reason = needed(why)
    with writing(settings, reason, dry_run) as work:
        one, other = (matching.by_ref(work, kind, ref) for ref in refs)
        if verdict:
            matching.judge(work, kind, one, other, verdict, why=reason)
        else:
            matching.revoke(work, kind, one, other, why=reason)
