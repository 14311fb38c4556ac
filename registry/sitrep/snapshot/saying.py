"""Who says what: every claim as a row, and the intervals over those that can be compared."""

from collections.abc import Iterable

from registry import codes, names
from registry.sitrep.catalogue import marked as _
from registry.sitrep.snapshot.numbering import Book, period, quantity, span, when
from registry.sitrep.snapshot.rows import Key, Row
from registry.sitrep.values import (
    ClaimRow,
    ClaimState,
    Interval,
    IntervalRow,
    Scope,
    Span,
    Subject,
    Term,
    When,
)

_FRONT_ROWS = 5
MOST_INTERVALS = 12
_NOT_NUMBERS = {
    "occurrence": _("What happened"),
    "means": _("Means"),
    "status": _("State of a facility"),
    "use": _("Use of a facility"),
    "conduct": _("Conduct"),
}
# The closed vocabularies `codes.CONDUCTS` and `codes.FACILITY_USES` in words.
_CONDUCTS = {
    "directly_targeted": _("directly targeted"),
    "repeated_strike": _("repeated strike"),
    "indiscriminate": _("indiscriminate"),
    "military_use_alleged": _("military use alleged"),
    "warning_given": _("warning given"),
    "other": _("other"),
}
_USES = {
    "as_intended": _("as intended"),
    "shelter": _("shelter"),
    "military": _("military"),
    "mixed": _("mixed"),
    "evacuated": _("evacuated"),
}
Matter = tuple[Key | None, str | None, str | None, str | None, str | None, bool]


def matter(row: Row) -> Matter:
    """What a claim or a figure counts of which subject: only the same can be compared at all."""
    subject = row["situation_id"] or row["attack_id"] or row["facility_id"]
    return subject, row["measure"], row["population"], row["facility_type"], row["unit"], row["is_rate"]


def figure_in_force(figures: Iterable[Row]) -> Row | None:
    """Of the figures on one matter the adopted one, else the only one; None where the rule could not compare them."""
    held = list(figures)
    adopted = [figure for figure in held if figure["decided_by"]]
    if adopted:
        return adopted[-1]
    return held[0] if len(held) == 1 else None


class Sayings:
    """Claims and intervals of one sitrep."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.figures: dict[Matter, list[Row]] = {}
        for figure in book.rows.figures:
            self.figures.setdefault(matter(figure), []).append(figure)
        self.numbers: dict[Matter, list[Row]] = {}
        for row in book.claims:
            if row["kind"] == "quantity" and book.is_current(row):
                self.numbers.setdefault(matter(row), []).append(row)
        self.groups = self._groups()

    def held(self, subject: Matter) -> Row | None:
        """The figure in force on a matter."""
        return figure_in_force(self.figures.get(subject, ()))

    def resting(self, figure: Row | None) -> tuple[Row, ...]:
        """The claims that a figure rests on, as far as they are printed."""
        keys = self.book.rows.figure_claims.get(figure["id"], ()) if figure else ()
        found = [self.book.rows.claims_by_key[key] for key in keys if key in self.book.rows.claims_by_key]
        return tuple(row for row in found if self.book.is_current(row))

    def on(self, subject: Matter) -> list[Row]:
        """The current numbers on a matter, in printing order."""
        return self.numbers.get(subject, [])

    def _groups(self) -> dict[Key, str]:
        # Letters for claims that stand in one range: A, B, C … AA.
        matters = self.numbers
        ranges = [self.resting(self.held(subject)) for subject in matters]
        shared = [claims for claims in ranges if len(claims) > 1]
        return {row["id"]: _letters(number) for number, claims in enumerate(shared) for row in claims}

    def is_joined(self, claim: Row) -> bool:
        """Whether only a person's judgement makes this claim comparable with the others of its range."""
        figure = self.held(matter(claim))
        if figure is None or not figure["decided_by"] or claim["id"] not in self.groups:
            return False
        return (
            claim["period_from_on"] is None
            or claim["period_to_on"] is None
            or bool(claim["place_words"] or claim["place_words_withheld"])
        )

    def rows(self) -> tuple[ClaimRow, ...]:
        """Every claim, numbered."""
        front = self._front()
        return tuple(self._row(row, is_on_front=row["id"] in front) for row in self.book.claims)

    def _front(self) -> set[Key]:
        # The widest disagreement first (the largest group), then one row for every other matter of the area.
        current = [row for row in self.book.claims if self.book.is_current(row) and row["kind"] == "quantity"]
        grouped = [row for row in current if row["id"] in self.groups][: _FRONT_ROWS - 2]
        others = {matter(row): row for row in reversed(current) if row["id"] not in self.groups and not row["is_rate"]}
        known = [row for row in others.values() if row["facility_type"] or row["low"] is not None]
        chosen = [*grouped, *sorted(known, key=lambda row: self.book.claim_numbers[row["id"]]), *current]
        return set(list(dict.fromkeys(row["id"] for row in chosen))[:_FRONT_ROWS])

    def _row(self, row: Row, *, is_on_front: bool) -> ClaimRow:
        book = self.book
        return ClaimRow(
            number=book.claim_numbers[row["id"]],
            source=book.source_numbers[row["report_id"]],
            subject=_subject(row),
            subject_text=self._subject_text(row),
            measure=self._measure(row),
            speaker=named_with_acronym(book.rows.sources[row["speaker_id"]]),
            speaker_of=book.speaker_of(book.rows.sources[row["speaker_id"]]),
            publisher=book.source_name(book.rows.reports[row["report_id"]]["publisher_id"]),
            is_party_to_conflict=row["speaker_is_party"],
            is_anonymous=row["speaker_is_anonymous"],
            relay=row["relay"],
            relay_name=book.source_name(row["relay_id"]) if row["relay_id"] else "",
            population=book.optional_term("population", row["population"]),
            facility_type=book.optional_term("facility_type", row["facility_type"]),
            quantity=quantity(row) if row["kind"] == "quantity" else None,
            conduct=self.conduct(row),
            period=when(row, "period"),
            places=self._places(row),
            place_words=row["place_words"] or "",
            scope_group=self.groups.get(row["id"], ""),
            origin="" if row["is_origin_withheld"] else book.origin_labels[row["origin_id"]],
            is_origin_withheld=row["is_origin_withheld"],
            hedge=row["hedge"],
            is_joined_by_judgement=self.is_joined(row),
            state=self._state(row),
            note=row["note"] or "",
            is_on_front=is_on_front,
        )

    def conduct(self, row: Row) -> Term | None:
        """What a claim says about how it was done; its speaker's words, never ours."""
        if not row["conduct"]:
            return None
        return Term(code=row["conduct"], text=self.book.text(_CONDUCTS[row["conduct"]]))

    def _subject_text(self, row: Row) -> str:
        if row["situation_id"] is None:
            return row["about"] or ""
        return self._situation_name(next(one for one in self.book.rows.situations if one["id"] == row["situation_id"]))

    def _situation_name(self, situation: Row) -> str:
        # One whose name is not released goes by its places.
        return situation["name"] or ", ".join(self.situation_places(situation["id"]))

    def _measure(self, row: Row) -> Term:
        if row["measure"]:
            return self.book.term("measure", row["measure"])
        said = [
            self.book.optional_term(code_list, row[column])
            for code_list, column in (
                ("attack_type", "attack_type"),
                ("launch_method", "launch"),
                ("munition", "munition"),
                ("damage", "damage"),
                ("functionality", "functionality"),
            )
        ]
        what = self.book.text(_NOT_NUMBERS[row["kind"]])
        joined = self.book.text(_(", ")).join(term.text for term in said if term) or self._use_or_conduct(row)
        text = self.book.text(_("%(what)s: %(said)s"), what=what, said=joined) if joined else what
        return Term(code=row["kind"], text=text)

    def _use_or_conduct(self, row: Row) -> str:
        words = _USES.get(row["facility_use"]) or _CONDUCTS.get(row["conduct"])
        return self.book.text(words) if words else ""

    def _places(self, row: Row) -> tuple[str, ...]:
        said = self.book.places_said.get(row["id"], ())
        if said or row["place_words"]:
            return self._named(said)
        attack = self.book.attacks.get(row["attack_id"])
        if attack is not None:
            return self.book.places_named(attack["place_id"])
        return self.situation_places(row["situation_id"])

    def _named(self, rows: Iterable[Row]) -> tuple[str, ...]:
        # Each place once: coarser ones may be the same.
        return tuple(dict.fromkeys(name for row in rows for name in self._with_part(row)))

    def _with_part(self, row: Row) -> tuple[str, ...]:
        place = self.book.rows.places[row["place_id"]]
        if place["level"] == "group":
            return self.book.places_named(place["id"])
        return (self.book.part_name(row["part"] or "", place),)

    def _state(self, row: Row) -> ClaimState:
        if row["withdrawn_at"] is not None:
            return "withdrawn"
        return "corrected" if row["id"] in self.book.rows.replaced else "current"

    def intervals(self) -> tuple[Interval, ...]:
        """A drawing for each matter on which comparable numbers differ or somebody judged; of many, the fullest."""
        drawn = {subject: len(claims) for subject, claims in self.numbers.items() if self._is_drawn(subject)}
        most = set(sorted(drawn, key=lambda subject: -drawn[subject])[:MOST_INTERVALS])
        return tuple(self._interval(subject) for subject in drawn if subject in most)

    def _is_drawn(self, subject: Matter) -> bool:
        rows = [row for row in self.on(subject) if row["low"] is not None or row["high"] is not None]
        numbers = {(row["operator"], row["low"], row["high"]) for row in rows}
        figure = self.held(subject)
        is_judged = figure is not None and bool(figure["decided_by"]) and len(rows) > 1
        is_compared = figure is not None or any(row["id"] in self.groups for row in rows)
        return is_compared and (len(numbers) > 1 or is_judged)

    def _interval(self, subject: Matter) -> Interval:
        claims = self.on(subject)
        figure = self.held(subject)
        inside = {row["id"] for row in self.resting(figure)}
        rows = tuple(
            IntervalRow(
                claim=self.book.claim_numbers[row["id"]],
                source=self.book.source_numbers[row["report_id"]],
                speaker=named_with_acronym(self.book.rows.sources[row["speaker_id"]]),
                quantity=quantity(row),
                is_in_range=row["id"] in inside,
                is_party_to_conflict=row["speaker_is_party"],
                is_joined_by_judgement=self.is_joined(row),
            )
            for row in claims
        )
        first = claims[0]
        return Interval(
            group=self.groups.get(next(iter(sorted(inside)), first["id"]), ""),
            measure=self._measure(first),
            population=self.book.population(first["population"]) if is_of_people(first) else None,
            facility_type=self.book.optional_term("facility_type", first["facility_type"]),
            scope=self.scope(first, figure),
            rows=rows,
            adopted=span(figure, are_independent=self.book.are_independent(self.resting(figure))) if figure else Span(),
            rule=figure["rule"] if figure else "range",
            # Not by name: who works on a registry can be a target as well.
            decided_by=self.book.text(_("a person")) if figure and figure["decided_by"] else "",
            reason=(figure["reason"] or "").rstrip(".") if figure else "",
            is_stale=self.is_stale(figure, claims),
        )

    def is_stale(self, figure: Row | None, claims: Iterable[Row]) -> bool:
        """Whether an adopted figure has to be looked at again: a claim came since, or one that it rests on is gone."""
        if figure is None or not figure["decided_by"]:
            return False
        inside = {row["id"] for row in self.resting(figure)}
        # Keys sort by time of making: a claim that came after the figure was not weighed in it.
        newer = any(matter(row) == matter(figure) and row["id"] > figure["id"] for row in claims)
        return newer or inside != set(self.book.rows.figure_claims.get(figure["id"], ()))

    def situation_places(self, situation: Key | None) -> tuple[str, ...]:
        """The places of a situation, each with the part that is meant."""
        return self._named(row for row in self.book.rows.situation_places if row["situation_id"] == situation)

    def about(self, claim: Row) -> str:
        """The situation that a number is about, where the report covers several."""
        return self._subject_text(claim) if len(self.book.rows.situations) > 1 else ""

    def scope(self, claim: Row, figure: Row | None) -> Scope:
        """What a number about a situation or an attack covers: its own places and days where it says them."""
        if claim["situation_id"] is None:
            return Scope(
                kind="attacks", places=self.book.area_names, period=self.period_of_report(), note=self.book.only
            )
        situation = next(row for row in self.book.rows.situations if row["id"] == claim["situation_id"])
        places = self._places(claim) or self.situation_places(claim["situation_id"])
        name = situation["name"]
        about = self.book.text(_("About: %(situation)s."), situation=name) if name else ""
        if figure is not None and figure["period_from_on"] is not None and figure["period_to_on"] is not None:
            own = period(figure["period_from_on"], figure["period_to_on"], "range", None, "printed")
            return Scope(kind="area_claims", places=places, period=own, note=about)
        stated = period(
            situation["from_on"], situation["to_on"], situation["precision"], situation["words"], situation["basis"]
        )
        own_ways = self.book.text(_("Sources state their periods in their own ways; see each claim."))
        note = f"{about} {own_ways}".strip()
        return Scope(kind="area_claims", places=places, period=stated, note=note)

    def period_of_report(self) -> When:
        """The days that were asked for; of a report on one attack its date as far as it is known."""
        if self.book.request.attack:
            return when(self.book.attack, "occurred")
        request = self.book.request
        precision = "day" if request.first == request.last else "range"
        return When(start=request.first, end=request.last, precision=precision)


def _letters(number: int) -> str:
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


def _subject(row: Row) -> Subject:
    return "area" if row["situation_id"] else "attack" if row["attack_id"] else "facility"


def is_of_people(row: Row) -> bool:
    """Whether a number counts people."""
    units = {str(one["code"]): one["unit"] for one in codes.rows("measure")}
    return units.get(row["measure"]) == "persons"


def short_name(source: Row) -> str:
    """A source by its acronym, where it has one in the script of its name."""
    acronym, name = source["acronym"], str(source["name"])
    return str(acronym) if acronym and names.script_of(acronym) == names.script_of(name) else name


def named_with_acronym(source: Row) -> str:
    """A source by its name, with the acronym that readers may know it by."""
    return f"{source['name']} ({source['acronym']})" if source["acronym"] else str(source["name"])
