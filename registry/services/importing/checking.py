"""The codes and words of ours that a mapping names: each has to exist."""

from collections.abc import Iterator

from pydantic import BaseModel

from registry import codes
from registry.errors import NotFound, UsageError
from registry.models.facilities import OPERATOR_KINDS
from registry.models.happened import TIME_BANDS
from registry.models.places import LEVELS
from registry.services.importing.expressions import Expression, translation
from registry.services.importing.given import MEANS, AttackGiven, Code, Mapping, SpeakerGiven


def misspelt(mapping: Mapping) -> Iterator[tuple[str, str]]:
    """Every code and word of ours that a mapping names and that does not exist."""
    for where, code_list, code in _codes_of(mapping):
        try:
            codes.check_code(code_list, code)
        except NotFound as error:
            yield where, str(error)
    for where, word, allowed in _words_of(mapping):
        if word not in allowed:
            yield where, f"{word!r} is not a choice; give one of {', '.join(allowed)}"


def _codes_of(mapping: Mapping) -> Iterator[tuple[str, str, str]]:
    yield "source.kind", "source_kind", mapping.source.kind
    yield from _of("where.precision", mapping.where.precision, "place_precision")
    if mapping.facility:
        yield from _of("facility.type", mapping.facility.type, "facility_type")
    if mapping.attack:
        yield from _codes_of_attack(mapping.attack)


def _codes_of_attack(attack: AttackGiven) -> Iterator[tuple[str, str, str]]:
    yield from _of("attack.when.precision", attack.when.precision, "date_precision")
    yield from _of("attack.grade", attack.grade, "grade")
    for place, hit in enumerate(attack.facilities):
        at = f"attack.facilities.{place}"
        yield from _of(f"{at}.type", hit.type, "facility_type")
        yield from _named(at, hit, {"effect": "effect", "damage": "damage", "functionality": "functionality"})
        for sign in hit.signs:
            yield from _named(f"{at}.signs", sign, {"effect": "effect", "damage": "damage"})
    lists = {"measure": "measure", "population": "population", "facility_type": "facility_type"}
    for place, number in enumerate(attack.numbers):
        yield from _named(f"attack.numbers.{place}", number, lists)
    if attack.accused and attack.accused.kind:
        yield from _of("attack.accused.kind", attack.accused.kind, "actor_kind")
    yield from _codes_of_means(attack)
    for where, speaker in _speakers(attack):
        yield from _of(f"{where}.kind", speaker.kind, "source_kind")


def _codes_of_means(attack: AttackGiven) -> Iterator[tuple[str, str, str]]:
    if attack.means:
        for word, triple in attack.means.map.items():
            for key, code in (triple or {}).items():
                yield f"attack.means.map.{word}", MEANS.get(key, key), code
        for key, code_list in MEANS.items():
            yield from _of(f"attack.means.{key}", getattr(attack.means, key), code_list)
        for sign in attack.means.signs:
            yield from _named("attack.means.signs", sign, MEANS)


def _speakers(attack: AttackGiven) -> Iterator[tuple[str, SpeakerGiven]]:
    if attack.report.publisher:
        yield "attack.report.publisher", attack.report.publisher
    if attack.accused and attack.accused.said_by:
        yield "attack.accused.said_by", attack.accused.said_by
    for place, number in enumerate(attack.numbers):
        if number.said_by:
            yield f"attack.numbers.{place}.said_by", number.said_by


def _of(where: str, expression: Expression | None, code_list: str) -> Iterator[tuple[str, str, str]]:
    if expression is None:
        return
    for code in (expression.value, expression.default, *expression.map.values()):
        if code is not None:
            yield where, code_list, code
    if expression.codes and not translation(expression.codes.scheme, expression.codes.list, expression.codes.to):
        raise UsageError(f"{where}: code_map.csv has no {expression.codes.list} of {expression.codes.scheme}")


def _named(where: str, part: BaseModel, lists: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for key, code_list in lists.items():
        code = getattr(part, key)
        if isinstance(code, Expression):
            yield from _of(f"{where}.{key}", code, code_list)
        elif code is not None:
            yield f"{where}.{key}", code_list, code


def _words_of(mapping: Mapping) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for level in mapping.where.levels:
        yield "where.levels", level.level, LEVELS
    if mapping.place:
        yield from _fixed("place.level", mapping.place.level, LEVELS)
    if mapping.facility and mapping.facility.operator_kind:
        yield from _fixed("facility.operator_kind", mapping.facility.operator_kind, OPERATOR_KINDS)
    if mapping.attack:
        yield "attack.report.kind", mapping.attack.report.kind, codes.REPORT_KINDS
        for number in mapping.attack.numbers:
            yield from _chosen("attack.numbers.operator", number.operator, (*codes.OPERATORS, *codes.ABSENCES))
        if mapping.attack.accused:
            yield from _chosen("attack.accused.stance", mapping.attack.accused.stance, codes.STANCES)
        if mapping.attack.time_band:
            yield from _fixed("attack.time_band", mapping.attack.time_band, TIME_BANDS)


def _chosen(where: str, given: Code, allowed: tuple[str, ...]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if isinstance(given, Expression):
        yield from _fixed(where, given, allowed)
    else:
        yield where, given, allowed


def _fixed(where: str, expression: Expression, allowed: tuple[str, ...]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for word in (expression.value, expression.default, *expression.map.values()):
        if word is not None:
            yield where, word, allowed
