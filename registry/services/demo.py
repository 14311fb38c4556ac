"""The founding case: one news article, entered through the services that the command line uses."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from registry import paths
from registry.models.base import Input
from registry.models.happened import AttackCreate, SituationCreate
from registry.models.held import FigureAdopt
from registry.models.places import PlaceCreate
from registry.models.said import AttributionCreate, ClaimCreate, ReportCreate
from registry.models.who import ActorCreate, SourceCreate
from registry.services import actors, attacks, claims, figures, places, reports, situations, sources
from registry.services.work import Work

WHY = "Entered from one news article as the founding case of this registry."
AREAS = ("SY07", "SY05")
FIRST, LAST = "2019-04-30", "2019-05-04"


class Step(NamedTuple):
    """One thing to enter.

    Attributes:
        noun: what it is.
        label: by which later steps mean it, as `$label`; empty where none does.
        values: the fields of its input class.
    """

    noun: str
    label: str
    values: dict[str, Any]


_ENTER: dict[str, tuple[type[Input], Callable[..., Any]]] = {
    "place": (PlaceCreate, places.add),
    "actor": (ActorCreate, actors.add),
    "source": (SourceCreate, sources.add),
    "report": (ReportCreate, reports.add),
    "situation": (SituationCreate, situations.add),
    "attack": (AttackCreate, attacks.add),
    "claim": (ClaimCreate, claims.add),
    "attribution": (AttributionCreate, claims.attribute),
    "figure": (FigureAdopt, figures.adopt),
}


def steps() -> list[Step]:
    """The case, in the order in which it is entered."""
    data = json.loads((paths.DEMO / "idlib_2019_05.json").read_text(encoding="utf-8"))
    return [Step(step["do"], step.get("as", ""), step["with"]) for step in data]


def load(work: Work) -> Iterator[Step]:
    """Enter the case, giving each step once it is done."""
    refs: dict[str, str] = {}
    for step in steps():
        input_class, enter = _ENTER[step.noun]
        entered = enter(work, input_class.model_validate(with_refs(step.values, refs)))
        if step.label:
            refs[step.label] = entered.ref
        yield step


def with_refs(value: Any, refs: dict[str, str]) -> Any:
    """The values with every `$label` replaced by the ref of what it means."""
    if isinstance(value, str) and value.startswith("$"):
        return refs[value[1:]]
    if isinstance(value, list):
        return [with_refs(item, refs) for item in value]
    if isinstance(value, dict):
        return {key: with_refs(item, refs) for key, item in value.items()}
    return value
