"""The nouns of the command line: where their records and names are, and how a record is told from its namesakes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Noun:
    """Where the records of a noun and their names are.

    Attributes:
        names: the table of names, and `owner` its column that points to the record; None: found by ref alone.
        told: SQL over the noun's view that tells a record from its namesakes.
        merges: whether records of this noun can be found to be the same (`canonical_id`).
        offered: SQL over the record `r`: whether its names are offered to somebody who mistyped one.
    """

    view: str
    names: str | None = None
    owner: str = ""
    told: str = "ref"
    merges: bool = False
    offered: str = "r.retracted_at IS NULL"


NOUNS = {
    "place": Noun(
        "v_place",
        "place_name",
        "place_id",
        "name || ' (' || level || COALESCE(', ' || parent, '') || ') ' || ref",
        True,
    ),
    "source": Noun(
        "v_source",
        "source_name",
        "source_id",
        "CASE WHEN is_anonymous THEN 'an anonymous source' ELSE name END || ' (' || kind || ') ' || ref",
        # Who asked not to be named is not offered to whoever mistypes another's name.
        offered="r.retracted_at IS NULL AND NOT r.is_anonymous",
    ),
    "actor": Noun("v_actor", "actor_name", "actor_id", "name || ' (' || kind || ') ' || ref"),
    "facility": Noun(
        "v_facility", "facility_name", "facility_id", "name || ' (' || type || ', ' || place || ') ' || ref", True
    ),
    "situation": Noun("v_situation", None, "", "name || ' ' || ref"),
    "report": Noun("v_report"),
    "attack": Noun("v_attack", None, "", "ref", True),
    "claim": Noun("v_claim"),
    "figure": Noun("v_figure"),
}
