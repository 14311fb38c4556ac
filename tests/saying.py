"""Claims as people make them, all through the services: short to write for tests of what follows from them."""

from datetime import date
from typing import Any

from registry.models.happened import Attack, Situation
from registry.models.held import Figure, FigureAdopt
from registry.models.places import Place, PlaceCreate
from registry.models.said import Claim, ClaimCreate, Origin, Report
from registry.models.who import Source
from registry.services import claims, figures, places
from registry.services.work import Work
from tests import factories


def report(work: Work, day: int = 4) -> Report:
    """An article of that day in May 2019."""
    on = date(2019, 5, day)
    return factories.make_report(work, published_from_on=on, published_to_on=on)


def place(work: Work, name: str, **more: Any) -> Place:
    """A place that is found by its name."""
    return places.add(work, PlaceCreate.model_validate({"name": name, "level": "community", "country": "SYR"} | more))


def say(work: Work, about: Attack | Situation, speaker: Source, number: str | None, **more: Any) -> Claim:
    """The speaker says that so many were killed, unless another measure is given, in an article of its own."""
    noun = "attack" if isinstance(about, Attack) else "situation"
    day = more.pop("day", 4)
    values: dict[str, Any] = {
        noun: about.ref,
        "report": (more.pop("report", None) or report(work, day)).ref,
        "speaker": speaker.ref,
        "measure": "killed",
        "number": number,
    }
    return claims.add(work, ClaimCreate.model_validate(values | more))


def held(work: Work) -> list[Figure]:
    """The figures in force, oldest first."""
    return work.find_all(Figure, superseded_at=None)


def only(work: Work) -> Figure:
    """The one figure in force."""
    (figure,) = held(work)
    return figure


def span(figure: Figure) -> tuple[int | None, int | None, int | None]:
    """Low, greatest low and high."""
    return figure.low, figure.greatest_low, figure.high


def adopt(work: Work, *on: Claim, why: str = "they count the same days", **more: Any) -> Figure:
    """Adopt a figure over these claims."""
    return figures.adopt(work, FigureAdopt(claims=[claim.ref for claim in on], why=why, **more))


def independent(work: Work, one: Claim, other: Claim) -> None:
    """Somebody judges that the origins of the two claims know independently of one another."""
    claims.independence(work, one.ref, other.ref, "yes", why="no contact between them")


def origin(work: Work, claim: Claim) -> Origin:
    """The origin of a claim."""
    return work.get(Origin, claim.origin_id)
