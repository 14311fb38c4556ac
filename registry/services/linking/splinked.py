"""Splink's model in place of ours: the same pairs and the same evidence, scored by it on DuckDB.

Needs the optional extra `linkage`. Splink takes each pair as it was blocked and each piece of evidence by its level.
How often two things show a level is told it, as it would else sample that itself; how often one thing does it learns
by expectation maximisation. Pairs do not compete in its model: each has the probability that it would have alone.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from math import log2
from typing import TYPE_CHECKING, Any

from registry.errors import RegistryError
from registry.services.linking.features import Feature, Outcome
from registry.services.linking.model import Model, Scored

if TYPE_CHECKING:
    from splink import Linker

_SEEN_AT_LEAST = 0.5
"""As many pairs of two things are taken to show each level: none is impossible."""


def scorer() -> Callable[[Model], Scored]:
    """The way of scoring that Splink is.

    Raises:
        RegistryError: it is not installed.
    """
    try:
        import splink  # noqa: F401, PLC0415 (heavy, optional, and only for those who ask for it)
    except ImportError as error:
        message = "Splink is not installed; it comes with: pip install 'attack-registry[linkage]'"
        raise RegistryError(message) from error
    return _scored


def _scored(model: Model) -> Scored:
    linker = _linker(model)
    linker.training.estimate_parameters_using_expectation_maximisation("l.pair = r.pair", record_sample_proportion=1)
    found = linker.inference.predict().as_pyarrow_table()  # type: ignore[no-untyped-call]  # Splink leaves it untyped
    weights, scores = [0.0] * len(model.among), [0.0] * len(model.among)
    columns = (found[column].to_pylist() for column in ("pair_l", "match_weight", "match_probability"))
    for pair, weight, probability in zip(*columns, strict=True):
        weights[pair], scores[pair] = weight - model.prior(), probability
    learned = _weights(linker)
    return Scored(weights, scores, lambda at, outcome: learned[at][model.features[at].level(outcome)])


def _linker(model: Model) -> "Linker":
    import pyarrow  # type: ignore[import-untyped]  # noqa: PLC0415 (as above)
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

    numbers = pyarrow.array(range(len(model.among)))
    evidence = {f"evidence_{at}": pyarrow.array(levels, pyarrow.int8()) for at, levels in enumerate(_levels(model))}
    engine = DuckDBAPI()
    sides = [
        engine.register(pyarrow.table({"unique_id": numbers, "pair": numbers} | evidence), dataset_display_name=side)
        for side in ("one", "other")
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            _comparison(at, *both) for at, both in enumerate(zip(model.features, model.unlike(), strict=True))
        ],
        blocking_rules_to_generate_predictions=[block_on("pair")],
        probability_two_random_records_match=2 ** model.prior(),
        additional_columns_to_retain=["pair"],
    )
    return Linker(sides, settings, log_level=logging.ERROR)


def _levels(model: Model) -> Iterator[list[int | None]]:
    """Of each feature, the level that each pair shows; None where one of the two says nothing of it."""
    for feature, found, column in zip(model.features, model.found, model.columns, strict=True):
        table = [None if outcome is None else feature.level(outcome) for outcome in found]
        yield [table[number] for number in column]


def _comparison(at: int, feature: Feature, unlike: Mapping[Outcome, float]) -> dict[str, Any]:
    """What Splink is to know of a feature: its levels, and how often one thing and two things show each."""
    two = [_SEEN_AT_LEAST] * len(feature.start)
    for outcome, times in unlike.items():
        two[feature.level(outcome)] += times
    column = f"evidence_{at}"
    levels: list[dict[str, Any]] = [{"sql_condition": f"{column}_l IS NULL", "is_null_level": True}]
    levels += [
        {
            "sql_condition": f"{column}_l = {level}",
            "m_probability": same,
            "u_probability": times / sum(two),
            "label_for_charts": str(level),
        }
        for level, (same, times) in enumerate(zip(feature.start, two, strict=True))
    ]
    return {"output_column_name": column, "comparison_levels": levels}


def _weights(linker: "Linker") -> list[list[float]]:
    """Of each feature, what each level weighs, in bits."""
    comparisons = linker.misc.save_model_to_json()["comparisons"]
    return [
        [log2(level["m_probability"] / level["u_probability"]) for level in comparison["comparison_levels"][1:]]
        for comparison in comparisons
    ]
