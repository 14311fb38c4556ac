"""Figures as they are shown and listed, and what is wrong with them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from registry import codes, db
from registry.errors import NotFound
from registry.services import lookup
from registry.services.records.about import ORDER, only

# Of merged records the figure is kept for the canonical one; claims stay with the record that they were entered for.
_OF_ONE_KIND = """
    c.kind = 'quantity' AND c.withdrawn_at IS NULL AND c.retracted_at IS NULL
    AND c.measure_code = g.measure_code AND c.is_rate = g.is_rate
    AND COALESCE(c.population_code, '') = COALESCE(g.population_code, '')
    AND COALESCE(c.facility_type_code, '') = COALESCE(g.facility_type_code, '')
    AND COALESCE(c.unit, '') = COALESCE(g.unit, '')
    AND (c.situation_id = g.situation_id
         OR c.attack_id IN (SELECT x.id FROM attack x WHERE x.id = g.attack_id OR x.canonical_id = g.attack_id)
         OR c.facility_id IN (SELECT x.id FROM facility x WHERE x.id = g.facility_id OR x.canonical_id = g.facility_id))
"""


_RESTS_ON = "SELECT 1 FROM figure_claim x JOIN claim c ON c.id = x.claim_id WHERE x.figure_id = g.id"


_REPLACED = f"""EXISTS (
    SELECT 1 FROM claim_link l JOIN claim later ON later.id = l.claim_id
    WHERE l.other_id = c.id AND l.kind IN {codes.REPLACING_LINKS} AND later.retracted_at IS NULL
        AND COALESCE(later.withdrawn_as, '') <> 'our_error')"""


_CHANGED = """EXISTS (
    SELECT 1 FROM journal j
    WHERE j.table_name = 'claim' AND j.row_id = c.id AND j.action = 'update' AND j.at > g.decided_at)"""


_SUBJECT = """
    LEFT JOIN attack a ON a.id = {0}.attack_id LEFT JOIN facility f ON f.id = {0}.facility_id
    LEFT JOIN situation n ON n.id = {0}.situation_id
"""


_STANDS = "COALESCE(a.state, '') <> 'withdrawn'"


# UUIDv7 keys sort by time of making: a claim whose key is greater than a figure's came after it.
_STALE = f"""
SELECT g.ref AS figure, COALESCE(a.ref, f.ref, n.ref) AS about, g.measure_code AS measure, 'stale' AS finding,
    'a claim came, or one that it rests on was changed, replaced or withdrawn, since it was adopted' AS why
FROM figure g {_SUBJECT.format("g")}
WHERE g.decided_by IS NOT NULL AND g.superseded_at IS NULL AND {_STANDS} AND (
    EXISTS (SELECT 1 FROM claim c WHERE {_OF_ONE_KIND} AND c.id > g.id)
    OR EXISTS ({_RESTS_ON} AND (c.withdrawn_at IS NOT NULL OR c.retracted_at IS NOT NULL OR {_REPLACED} OR {_CHANGED})))
"""


_NONE = f"""
SELECT NULL AS figure, COALESCE(a.ref, f.ref, n.ref) AS about, c.measure_code AS measure, 'no figure' AS finding,
    'claims give no number that a range could be formed over' AS why
FROM claim c {_SUBJECT.format("c")}
WHERE c.kind = 'quantity' AND c.withdrawn_at IS NULL AND c.retracted_at IS NULL AND {_STANDS} AND NOT EXISTS (
    SELECT 1 FROM figure g WHERE g.superseded_at IS NULL AND g.measure_code = c.measure_code
    AND (g.situation_id = c.situation_id OR g.attack_id = COALESCE(a.canonical_id, a.id)
         OR g.facility_id = COALESCE(f.canonical_id, f.id))
    AND COALESCE(g.population_code, '') = COALESCE(c.population_code, '')
    AND COALESCE(g.facility_type_code, '') = COALESCE(c.facility_type_code, ''))
GROUP BY COALESCE(a.ref, f.ref, n.ref), c.measure_code, c.population_code, c.facility_type_code
"""


_CONFLICTING = f"""
SELECT MIN(g.ref) AS figure, COALESCE(a.ref, f.ref, n.ref) AS about, g.measure_code AS measure,
    'conflicting' AS finding,
    'claims differ or cannot be compared by rule, and nobody has adopted a figure' AS why
FROM figure g {_SUBJECT.format("g")}
WHERE g.superseded_at IS NULL AND {_STANDS}
GROUP BY COALESCE(a.ref, f.ref, n.ref), g.measure_code, g.population_code, g.facility_type_code
HAVING COUNT(g.decided_by) = 0 AND (
    COUNT(*) > 1 OR MIN(g.low) <> MAX(COALESCE(g.high, g.greatest_low))
    OR MAX(CASE WHEN EXISTS ({_RESTS_ON} AND c.high < g.low) THEN 1 ELSE 0 END) = 1)
"""


# A claim may have been withdrawn since, or a judgement revoked.
_UNSUPPORTED = """
SELECT NULL AS figure, a.ref AS about, NULL AS measure, 'unsupported grade' AS finding,
    'graded corroborated, and no two claims that stand have independent origins any more' AS why
FROM attack a
WHERE a.state <> 'withdrawn' AND a.retracted_at IS NULL AND EXISTS (
    SELECT 1 FROM assessment s
    WHERE s.attack_id = a.id AND s.grade_code = 'corroborated' AND s.superseded_at IS NULL)
AND NOT EXISTS (
    SELECT 1 FROM origin_independence i
    JOIN origin x ON x.id = i.left_id JOIN claim l ON l.origin_id = x.id
    JOIN origin y ON y.id = i.right_id AND y.source_id <> x.source_id JOIN claim r ON r.origin_id = y.id
    WHERE i.verdict = 'yes' AND i.revoked_at IS NULL
        AND l.withdrawn_at IS NULL AND l.retracted_at IS NULL AND r.withdrawn_at IS NULL AND r.retracted_at IS NULL
        AND l.attack_id IN (SELECT m.id FROM attack m WHERE m.id = a.id OR m.canonical_id = a.id)
        AND r.attack_id IN (SELECT m.id FROM attack m WHERE m.id = a.id OR m.canonical_id = a.id))
"""


# The figures that people adopted over one of the claims that a figure rests on.
_ADOPTED_OVER = """
figure o JOIN figure_claim oc ON oc.figure_id = o.id JOIN figure_claim x ON x.claim_id = oc.claim_id
WHERE o.decided_by IS NOT NULL AND o.superseded_at IS NULL AND o.id <> x.figure_id AND x.figure_id"""


def lint(connection: Connection) -> Iterator[dict[str, Any]]:
    """Subjects with no figure, with conflicting ones, adopted figures gone stale, and grades that lost their claims."""
    for sql in (_CONFLICTING, _NONE, _STALE, _UNSUPPORTED):
        yield from db.each(connection, f"SELECT * FROM ({sql}) AS found ORDER BY about, measure, figure")


def show(connection: Connection, wanted: str) -> dict[str, Any]:
    """One figure with the claims that it rests on, found by its ref.

    Raises:
        NotFound: nothing has that ref.
    """
    key = db.as_key(connection, lookup.find(connection, "figure", wanted))
    figure = db.one(connection, "SELECT * FROM v_figure WHERE id = :key", key=key)
    if figure is None:
        raise NotFound("figure in force", wanted, hint="it was superseded; see `registry figure lint`")
    figure["adopted_instead"] = ", ".join(
        row["ref"]
        for row in db.every(connection, f"SELECT DISTINCT o.ref FROM {_ADOPTED_OVER} = :key ORDER BY o.ref", key=key)
    )
    figure["claims"] = db.every(
        connection,
        "SELECT c.ref, c.speaker, c.via, c.publisher, c.operator, c.low, c.high, c.words, c.is_imputed "
        "FROM figure_claim x JOIN v_claim c ON c.id = x.claim_id WHERE x.figure_id = :key ORDER BY c.ref",
        key=key,
    )
    return figure


def list_(connection: Connection, *, about: str | None = None) -> Iterator[dict[str, Any]]:
    """Figures in force, by what they are about; where a person adopted one, without the rule's over the same claims."""
    condition, values = only(connection, about)
    return db.each_in_order(
        connection,
        f"SELECT id FROM figure g WHERE superseded_at IS NULL AND {condition} "
        f"AND (decided_by IS NOT NULL OR NOT EXISTS (SELECT 1 FROM {_ADOPTED_OVER} = g.id)) ORDER BY {ORDER}",
        "SELECT id, ref, about, measure, population, facility_type, low, low_operator, greatest_low, "
        "greatest_low_operator, high, high_operator, origins, rule, decided_by FROM v_figure WHERE 1 = 1",
        **values,
    )
