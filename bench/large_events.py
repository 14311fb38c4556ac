"""The passing part of a made-up registry (`large.py`): attacks, who says what about them, and our figures."""

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bench.large_world import COUNTRIES, DAYS, MOMENT, Community, Country, Making, Zipf, day
from registry import ranges

LISTS = 20  # each brings its share of the attacks in the order of their days
MEANS = (("air_strike", "plane", "aerial_bomb"), ("shelling", "ground", "artillery"), ("shelling", "ground", "mortar"),
         ("air_strike", "helicopter", "barrel_bomb"), ("drone_strike", "drone", "guided_missile"),
         ("shooting", "hand", "small_arms"), ("armed_search", None, None), ("arson", None, "fire"),
         ("ied_attack", "emplaced", "improvised_device"), ("looting", None, None))  # fmt: skip
EFFECTS = (("damaged", "slight", "partially_functioning"), ("direct_hit", "severe", "non_functioning"),
           ("vicinity", "none", "fully_functioning"), ("direct_hit", "destroyed", "closed"),
           ("people_harmed", "none", "functioning"), ("looted", "moderate", "suspended"))  # fmt: skip
# Of numbers that are said: how they are bounded. "Dozens" and "several" have no bounds.
OPERATORS = Zipf(
    ("exactly", "at_least", "more_than", "about", "between", "at_most", "some", "unstated"),
    (50, 20, 9, 6, 5, 3, 5, 2),
)  # fmt: skip
COUNTED = (("killed", "all", 0.95), ("injured", "all", 0.7), ("killed", "civilian", 0.1),
           ("killed", "health_worker", 0.05), ("injured", "child", 0.05))  # fmt: skip
Counted = tuple[str, str]
Account = dict[Counted, dict[uuid.UUID, tuple[date, uuid.UUID, ranges.Bounds]]]  # the latest of each speaker


@dataclass
class Event:
    """An attack that is told of: its record, whom it killed and injured (empty where nobody counts), who said so."""

    country: Country
    community: Community
    on: date
    key: uuid.UUID
    ref: str
    toll: tuple[int, ...]
    told: Account = field(default_factory=dict)


def attacks(making: Making, countries: Sequence[Country], count: int) -> Iterator[int]:
    """So many attacks, strikes and merged records included; gives how many there are after each list."""
    maker, done = _Events(making, Zipf(countries, [share for _, share, _, _ in COUNTRIES])), 0
    for number in range(LISTS):
        until = count * (number + 1) // LISTS
        for country, on in maker.days(until - done):
            if done < until:
                done += maker.one(country, on, until - done)
        yield done


class _Events:
    def __init__(self, making: Making, countries: Zipf[Country]) -> None:
        self._making, self._countries = making, countries
        self._chance = making.chance
        self._means, self._effects = Zipf(MEANS), Zipf(EFFECTS)
        self._bulletins: dict[tuple[uuid.UUID, date], tuple[uuid.UUID, date]] = {}

    def days(self, count: int) -> list[tuple[Country, date]]:
        """Where and when: three in five in one of the country's offensives, in order of the days."""
        chance, found = self._chance, []
        for _ in range(count):
            country = self._countries.draw(chance)
            on = day(chance.randrange(DAYS))
            if chance.random() < 0.6:
                _, first, last = chance.choice(country.situations)
                on = first + timedelta(days=min((last - first).days, int(chance.expovariate(0.03))))
            found.append((country, on))
        self._bulletins.clear()
        return sorted(found, key=lambda pair: pair[1])

    def one(self, country: Country, on: date, room: int) -> int:
        """One event; how many records it became."""
        making, roll = self._making, self._chance.random()
        community = country.communities.draw(self._chance)
        state = "withdrawn" if roll > 0.985 else "draft" if roll > 0.9 else "published"
        event = self._attack(country, community, on, state=state)
        if roll < 0.02 and room >= 3:  # a double tap, of which the strikes are told of one by one
            self._tell(event, most=1)
            self._figures(event)
            for _ in range(2):
                strike = self._attack(country, community, on, parent=event.key)
                self._touch(strike)
                self._tell(strike)
                self._figures(strike)
            return 3
        self._touch(event)
        self._tell(event, most=8 if event.toll else 1)
        if 0.02 <= roll < 0.03 and room >= 2:  # another list had it too; claims on either record count for the first
            again = self._attack(country, community, on, canonical=event.key)
            again.told = event.told
            self._tell(again, most=2)
            left, right = sorted((event.key, again.key))
            making.row(
                "judgement", kind="attack", left_id=left, right_id=right, verdict="same", reasons="same day and place",
                decided_by="made up", decided_at=MOMENT,
            )  # fmt: skip
            self._figures(event)
            return 2
        self._figures(event)
        return 1

    def _attack(
        self, country: Country, community: Community, on: date, *, state: str = "published",
        parent: uuid.UUID | None = None, canonical: uuid.UUID | None = None,
    ) -> Event:  # fmt: skip
        chance, making = self._chance, self._making
        within = [key for key, first, last in country.situations if first <= on <= last]
        killed = min(400, int(chance.paretovariate(1.3)) - 1)
        toll = killed, min(900, int(killed * chance.uniform(0.5, 4)) + chance.choice((0, 0, 1, 2, 5)))
        is_precise = chance.random() < 0.85
        is_placed, is_told = chance.random() < 0.6, parent is not None or chance.random() < 0.75
        ref = making.ref("A")
        key = making.row(
            "attack", ref=ref, country=country.code, situation_id=within[0] if within else None, parent_id=parent,
            canonical_id=canonical, place_id=community.key, place_precision_code="settlement",
            lat=round(community.lat + chance.gauss(0, 0.02), 5) if is_placed else None,
            lon=round(community.lon + chance.gauss(0, 0.02), 5) if is_placed else None,
            occurred_from_on=on, occurred_to_on=on if is_precise else on + timedelta(days=6),
            occurred_precision_code="day" if is_precise else "week",
            title="A facility was hit", summary=f"A facility was hit and {killed} people were said to be dead.",
            state=state, withdrawn_at=MOMENT if state == "withdrawn" else None,
            withdrawn_why="entered by mistake" if state == "withdrawn" else None,
            facilities_absence=None, means_absence=None, harm_absence=None if is_told else "not_reported",
            attribution_absence=None,
        )  # fmt: skip
        return Event(country, community, on, key, ref, toll if is_told else ())

    def _touch(self, event: Event) -> None:
        """Facilities, means, and a grade."""
        making, chance = self._making, self._chance
        for facility in dict.fromkeys(self._hit(event) for _ in range(chance.choice((1, 1, 1, 1, 1, 2, 2, 3)))):
            effect, damage, works = self._effects.draw(chance)
            making.row(
                "attack_facility", country=event.country.code, attack_id=event.key, facility_id=facility,
                effect_code=effect, damage_code=damage, functionality_code=works,
            )  # fmt: skip
            if chance.random() < 0.3:
                making.row(
                    "facility_status", facility_id=facility, observed_from_on=event.on, observed_to_on=event.on,
                    observed_precision_code="day", functionality_code=works, damage_code=damage, attack_id=event.key,
                )  # fmt: skip
        means, launch, munition = self._means.draw(chance)
        making.row(
            "attack_means", attack_id=event.key, attack_type_code=means, launch_code=launch, munition_code=munition
        )
        if chance.random() < 0.5:
            making.row(
                "assessment", attack_id=event.key, scheme="registry", independent_origins=1, assessor="made up",
                grade_code=chance.choice(("single_origin", "single_origin", "contested", "discounted")),
                rationale="as the claims stand", assessed_at=MOMENT,
            )  # fmt: skip

    def _hit(self, event: Event) -> uuid.UUID:
        """One that was hit before, more often than not; or one that nobody named."""
        stand, chance = event.community.facilities, self._chance
        if stand and chance.random() < 0.93:
            return stand[int(len(stand) * chance.random() ** 3)][0]
        return self._making.row(
            "facility", ref=self._making.ref("F"), country=event.country.code, type_code="clinic",
            place_id=event.community.key, canonical_id=None, is_underground=False, is_placeholder=True,
        )  # fmt: skip

    def _tell(self, event: Event, *, most: int = 8) -> None:
        """What each speaker says, some of them twice."""
        chance, making = self._chance, self._making
        count = 1
        while count < most and chance.random() < 0.4:
            count += 1
        for speaker, kind in dict.fromkeys(event.country.sources.draw(chance) for _ in range(count)):
            origin = making.row("origin", source_id=speaker, matter=event.ref)
            report, on = self._report(event, speaker, event.on + timedelta(days=chance.choice((0, 0, 1, 1, 2, 9))))
            said = {"report_id": report, "speaker_id": speaker, "origin_id": origin}
            making.row("attack_report", attack_id=event.key, report_id=report)
            self._claims(event, said, on)
            if chance.random() < 0.15:
                later, then = self._report(event, speaker, on + timedelta(days=chance.randrange(1, 30)))
                if later != report:
                    making.row("attack_report", attack_id=event.key, report_id=later)
                    self._claims(event, said | {"report_id": later}, then)
            if chance.random() < 0.3:
                accused = making.row(
                    "attribution", report_id=report, speaker_id=speaker, attack_id=event.key,
                    stance="denies" if kind == "armed_forces" else "accuses",
                )  # fmt: skip
                actor = event.country.actors.draw(chance)
                making.row("attribution_actor", attribution_id=accused, actor_id=actor)

    def _report(self, event: Event, speaker: uuid.UUID, on: date) -> tuple[uuid.UUID, date]:
        """A bulletin of the speaker's own, on many attacks of the week, or an article on this one."""
        if self._chance.random() < 0.6:
            weekly = speaker, on - timedelta(days=on.weekday())
            if weekly not in self._bulletins:
                until = weekly[1] + timedelta(days=6)
                self._bulletins[weekly] = self._published(speaker, until, "situation_report"), until
            return self._bulletins[weekly]
        publisher, _ = event.country.sources.draw(self._chance)
        return self._published(publisher, on, "news_article"), on

    def _published(self, publisher: uuid.UUID, on: date, kind: str) -> uuid.UUID:
        return self._making.row(
            "report", ref=self._making.ref("R"), publisher_id=publisher, title="On attacks of these days", kind=kind,
            published_from_on=on, published_to_on=on, published_precision_code="day", language="ar",
        )  # fmt: skip

    def _claims(self, event: Event, said: dict[str, Any], on: date) -> None:
        chance, making = self._chance, self._making
        for measure, population, share in COUNTED if event.toll else ():
            if chance.random() > share:
                continue
            true = event.toll[measure == "injured"]
            true = true if population == "all" else true // 3
            bounds = _said(chance, true)
            is_withdrawn = chance.random() < 0.005
            key = making.row(
                "claim", ref=making.ref("C"), country=event.country.code, kind="quantity", attack_id=event.key,
                relay="not_stated", measure_code=measure, population_code=population, operator=bounds.operator,
                low=bounds.low, high=bounds.high, absence=None, attack_type_code=None,
                words="عشرات" if bounds.operator == "some" else None, period_precision_code="unknown",
                withdrawn_at=MOMENT if is_withdrawn else None, withdrawn_as="by_speaker" if is_withdrawn else None,
                **said,
            )  # fmt: skip
            if not is_withdrawn and _counts(bounds):
                latest = event.told.setdefault((measure, population), {})
                now = (on, key, bounds)
                latest[said["speaker_id"]] = max(latest.get(said["speaker_id"], now), now, key=lambda one: one[:2])
        if not event.toll or chance.random() < 0.2:
            making.row(
                "claim", ref=making.ref("C"), country=event.country.code, kind="means", attack_id=event.key,
                relay="not_stated", measure_code=None, population_code=None, operator=None, low=None, high=None,
                absence=None, attack_type_code=self._means.draw(chance)[0], words=None,
                period_precision_code="unknown", withdrawn_at=None, withdrawn_as=None, **said,
            )  # fmt: skip

    def _figures(self, event: Event) -> None:
        """Our figures by rule, as `services.by_rule` would make them."""
        for (measure, population), latest in event.told.items():
            found = ranges.over(bounds for _, _, bounds in latest.values())
            assert found is not None  # noqa: S101 -- each has a bound
            figure = self._making.row(
                "figure", ref=self._making.ref("G"), country=event.country.code, attack_id=event.key,
                measure_code=measure, population_code=population, scope="", origins=len(latest), rule="range",
                decided_at=MOMENT, **vars(found),
            )  # fmt: skip
            for _, claim, _ in latest.values():
                self._making.row("figure_claim", figure_id=figure, claim_id=claim)


def _said(chance: random.Random, true: int) -> ranges.Bounds:
    """The number as a speaker gives it, rarely the true one."""
    operator = OPERATORS.draw(chance)
    said = max(0, true + chance.choice((0, 0, 0, 1, -1, 2, -2, true // 3)))
    if operator in {"exactly", "about"}:
        return ranges.Bounds(operator, said, said)
    if operator in {"at_least", "more_than"}:
        return ranges.Bounds(operator, said, None)
    if operator == "at_most":
        return ranges.Bounds(operator, None, said)
    if operator == "between":
        return ranges.Bounds(operator, said, said + 1 + true // 4)
    return ranges.Bounds(operator, None, None)


def _counts(bounds: ranges.Bounds) -> bool:
    """Whether a range is formed over it: a zero is a denial, and "dozens" has no bound."""
    return bounds.high > 0 if bounds.high is not None else bounds.low is not None
