"""The lists of a sitrep (attacks, facilities, sources, what is not known) and the whole of it put together."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from registry import codes, independence
from registry.sitrep.catalogue import marked as _
from registry.sitrep.disclosure import policy
from registry.sitrep.snapshot.areas import area_map
from registry.sitrep.snapshot.cells import Cells
from registry.sitrep.snapshot.counting import Counts, absence_of
from registry.sitrep.snapshot.facilities import dossier, facility_rows
from registry.sitrep.snapshot.gathered import Gathered, Request
from registry.sitrep.snapshot.numbering import Book, quantity, span, when
from registry.sitrep.snapshot.rows import Key, Row, without
from registry.sitrep.snapshot.saying import (
    Sayings,
    figure_in_force,
    is_of_people,
    matter,
    named_with_acronym,
)
from registry.sitrep.snapshot.series import Charts
from registry.sitrep.snapshot.states import states
from registry.sitrep.values import (
    Absence,
    Allegation,
    AttackRow,
    Definition,
    FacilityHit,
    Harm,
    JournalHead,
    Kind,
    Masthead,
    Means,
    Note,
    Silence,
    Sitrep,
    SourceRow,
    Speaker,
    Subject,
    Term,
    Unknowns,
    When,
    Withheld,
)

_TITLES: dict[tuple[Kind, Subject], str] = {
    ("sitrep", "area"): _("Attacks on schools, health care and Civil Defence"),
    ("flash", "area"): _("One day of attacks on schools, health care and Civil Defence"),
    ("flash", "attack"): _("One attack"),
}


def assemble(request: Request, gathered: Gathered) -> Sitrep:
    """All parts of the sitrep."""
    book = Book(request, gathered)
    sayings = Sayings(book)
    counts = Counts(book, sayings)
    lists = Lists(book, sayings)
    charts = Charts(book, counts.attack_scope())
    is_of_area = request.about == "area"
    is_counted = is_of_area and request.audience == "public"
    about, hit = dossier(book), facility_rows(book)
    return Sitrep(
        masthead=Masthead(
            title=request.title or (about.name if about else book.text(_TITLES[request.kind, request.about])),
            period=sayings.period_of_report(),
            as_of=gathered.as_of,
            areas=book.area_names,
            producer=request.producer,
            audience=request.audience,
            is_final=False,
            kind=request.kind,
            about=request.about,
            language=request.language,
        ),
        sectors=counts.sectors(),
        people=counts.people(),
        claims=sayings.rows(),
        sources=lists.sources(),
        intervals=sayings.intervals(),
        unknowns=lists.unknowns(),
        area_map=area_map(book),
        series=charts.all() if is_of_area else (),
        attacks=lists.attacks(),
        cells=Cells(book).cells() if is_counted else (),
        means=charts.means() if is_counted else (),
        facilities=hit,
        functionality=states(book, hit) if is_of_area else (),
        dossier=about,
        claimed_not_identified=counts.claimed_not_identified(),
        grades=lists.grades(),
        withheld=lists.withheld(),
        journal=tuple(
            JournalHead(node=str(row["id"]), entry=row["head_seq"], sha256=bytes(row["head_hash"]).hex())
            for row in gathered.heads
        ),
        licence=request.licence,
        licence_url=request.licence_url,
        contact=request.contact,
    )


class Lists:
    """The lists of one sitrep."""

    def __init__(self, book: Book, sayings: Sayings) -> None:
        self.book = book
        self.sayings = sayings

    def attacks(self) -> tuple[AttackRow, ...]:
        """Every attack of the area and period; for the public those alone whose release was agreed."""
        is_public = self.book.request.audience == "public"
        return tuple(self._attack(row) for row in self.book.rows.attacks if row["is_released"] or not is_public)

    def _attack(self, row: Row) -> AttackRow:
        book = self.book
        claims = [claim for claim in book.by_attack["claims"].get(row["id"], ()) if book.is_current(claim)]
        reports = dict.fromkeys(claim["report_id"] for claim in claims)
        return AttackRow(
            ref=row["ref"] or "",
            when=when(row, "occurred"),
            place=book.place_name(row["place_id"]),
            summary=row["summary"] or row["title"] or "",
            parent=book.refs.get(row["parent_id"], ""),
            perhaps_same=tuple(
                book.refs[other]
                for pair in book.rows.duplicates
                if row["id"] in pair
                for other in pair
                if other != row["id"] and other in book.refs
            ),
            facilities=tuple(self._hit(hit) for hit in book.by_attack["hits"].get(row["id"], ())),
            means=self._means(row["id"], claims),
            harm=self._harm(row, claims),
            allegations=tuple(self._allegations(row["id"])),
            place_precision=book.optional_term("place_precision", row["place_precision"]),
            grade=self._grade(row, claims),
            independent_origins=self._independent(claims),
            is_provisional=row["grade"] == "unassessed",
            claims=book.numbers(claims),
            sources=tuple(sorted(book.source_numbers[key] for key in reports)),
        )

    def _grade(self, row: Row, claims: Sequence[Row]) -> Term | None:
        if row["grade"] == "unassessed":
            return None
        grade = self.book.term("grade", row["grade"])
        if row["grade"] == "corroborated" and self._independent(claims) < 2:
            text = self.book.text(_("%(grade)s; its support has been withdrawn since"), grade=grade.text)
            return Term(code=grade.code, text=text)
        return grade

    def _hit(self, row: Row) -> FacilityHit:
        book = self.book
        return FacilityHit(
            name="" if row["is_placeholder"] else row["name"] or "",
            is_name_withheld=not row["is_placeholder"] and not row["name"],
            facility_type=book.term("facility_type", row["type"]),
            sector=row["sector"],
            status=book.optional_term("functionality", book.rows.last_statuses.get(row["facility_id"])),
            ref="" if row["is_placeholder"] else row["facility"] or "",
            effect=book.optional_term("effect", row["effect"]),
            damage=book.optional_term("damage", row["damage"]),
            functionality=book.optional_term("functionality", row["functionality"]),
            is_hit_again=not row["is_placeholder"] and book.times_hit(row["facility_id"]) > 1,
        )

    def _means(self, attack: Key, claims: Iterable[Row]) -> tuple[Means, ...]:
        said = [row for row in claims if row["kind"] == "means"]
        return tuple(
            Means(
                attack_type=self.book.term("attack_type", row["attack_type_code"]),
                launch=self.book.optional_term("launch_method", row["launch_code"]),
                munition=self.book.optional_term("munition", row["munition_code"]),
                hedge=next((claim["hedge"] for claim in said if claim["attack_type"] == row["attack_type_code"]), None),
                claims=self.book.numbers(claim for claim in said if claim["attack_type"] == row["attack_type_code"]),
            )
            for row in self.book.by_attack["means"].get(attack, ())
        )

    def _harm(self, attack: Row, claims: Sequence[Row]) -> tuple[Harm, ...]:
        numbers = [row for row in claims if row["kind"] == "quantity" and is_of_people(row)]
        if not numbers:
            absence: Absence = attack["harm_absence"] or "not_reported"
            return (Harm(measure=self.book.term("measure", "killed"), absence=absence),)
        return tuple(
            self._harm_of([row for row in numbers if matter(row) == subject])
            for subject in dict.fromkeys(matter(row) for row in numbers)
        )

    def _harm_of(self, claims: Sequence[Row]) -> Harm:
        figure = figure_in_force(self.sayings.figures.get(matter(claims[0]), ()))
        inside = self.sayings.resting(figure)
        return Harm(
            measure=self.book.term("measure", claims[0]["measure"]),
            population=self.book.optional_term("population", claims[0]["population"]),
            span=span(figure, are_independent=self.book.are_independent(inside)) if figure else None,
            beside=tuple(quantity(row) for row in without(claims, inside)),
            absence=None if figure else absence_of(claims),
            claims=self.book.numbers(claims),
        )

    def _allegations(self, attack: Key) -> Iterable[Allegation]:
        rows = self.book.by_attack["attributions"].get(attack, ())
        for _attribution, same in groupby(rows, key=lambda row: row["id"]):
            group = list(same)
            first = group[0]
            yield Allegation(
                speaker=self.book.source_name(first["speaker_id"]),
                actors=tuple(row["actor"] for row in group),
                stance=first["stance"],
                source=self.book.source_numbers[first["report_id"]],
                is_party_to_conflict=first["speaker_is_party"],
            )

    def _independent(self, claims: Iterable[Row]) -> int:
        origins = {row["origin_id"] for row in claims}
        together = [pair for pair in self.book.rows.independent if pair <= origins]
        return independence.largest_group(sorted(origins), together)

    def sources(self) -> tuple[SourceRow, ...]:
        """The reports in order of their numbers, each with those it quotes."""
        return tuple(self._source(key, number) for key, number in self.book.source_numbers.items())

    def _source(self, key: Key, number: int) -> SourceRow:
        row = self.book.rows.reports[key]
        original = self.book.rows.copies.get(key)
        return SourceRow(
            number=number,
            publisher=self.book.source_name(row["publisher_id"]),
            title=row["title"] or "",
            published=when(row, "published"),
            kind=None,
            language=row["language"] if row["language"] != "und" else "",
            speakers=self._speakers(key),
            is_party_to_conflict=row["publisher_is_party"],
            url=row["url"] or "",
            archive_url=row["archive_url"] or "",
            archive_sha256=row["sha256"] or "",
            copy_of=self.book.source_numbers.get(original) if original else None,
            are_details_withheld=row["are_details_withheld"],
        )

    def _speakers(self, report: Key) -> tuple[Speaker, ...]:
        keys = dict.fromkeys(row["speaker_id"] for row in self.book.said_in.get(report, ()))
        return tuple(self._speaker(self.book.rows.sources[key]) for key in keys)

    def _speaker(self, source: Row) -> Speaker:
        return Speaker(
            name=named_with_acronym(source),
            of=self.book.speaker_of(source),
            kind=self.book.term("source_kind", source["kind"]),
            is_party_to_conflict=source["is_party"],
            is_anonymous=source["is_anonymous"],
        )

    def unknowns(self) -> Unknowns:
        """What the registry does not know about this area and period."""
        pending = sum(row["grade"] == "unassessed" for row in self.book.rows.attacks)
        undated = self.book.rows.undated
        text = self.book.text(
            _("Attacks in this area of which no date is on record, and which no report holds: %(count)s."),
            count=self.book.catalogue.number(undated),
        )
        notes = (Note(text=text),)
        lag = self.book.rows.lag
        return Unknowns(
            pending_attacks=pending,
            reporting_lag_days=lag.half if lag else None,
            reporting_lag_most_days=lag.most if lag else None,
            reporting_lag_attacks=lag.attacks if lag else None,
            silences=tuple(self._silences()) if self.book.request.about == "area" else (),
            notes=notes if undated else (),
        )

    def _silences(self) -> Iterable[Silence]:
        """For each area the days on which no attack on record can have fallen, runs of days taken together."""
        request = self.book.request
        length = (request.last - request.first).days + 1
        days = [request.first + timedelta(days=number) for number in range(length)]
        for area in self.book.rows.groups:
            spans = [
                (row["occurred_from_on"] or request.first, row["occurred_to_on"] or request.last)
                for row in self.book.rows.attacks
                if self._may_lie_in(row["place_id"], area)
            ]
            silent = [day for day in days if not any(first <= day <= last for first, last in spans)]
            for first, last in _runs(silent):
                precision = "day" if first == last else "range"
                yield Silence(
                    place=", ".join(self.book.places_named(area)),
                    period=When(start=first, end=last, precision=precision),
                )

    def _may_lie_in(self, place: Key | None, area: Key) -> bool:
        if place == self.book.rows.whole_area:
            return True  # its governorate is not known
        while place is not None and place != area:
            place = self.book.rows.places[place]["parent_id"] if place in self.book.rows.places else None
        return place == area

    def grades(self) -> tuple[Definition, ...]:
        """Our grading scale, from the least to the most certain."""
        rows = sorted(
            (row for row in codes.rows("grade") if row["scheme"] == "registry"), key=lambda row: int(row["rank"] or 0)
        )
        return tuple(
            Definition(term=self.book.term("grade", str(row["code"])), text=self.book.text(str(row["definition"])))
            for row in rows
        )

    def withheld(self) -> tuple[Withheld, ...]:
        """What this audience does not see."""
        limits = {"few_facilities": policy().few, "recent_status": policy().status_delay_days}
        return tuple(
            Withheld(kind=kind, count=count, limit=limits.get(kind)) for kind, count in self.book.rows.left_out.items()
        )


def _runs(days: Sequence[date]) -> Iterable[tuple[date, date]]:
    start = 0
    for number, day in enumerate(days):
        if number + 1 == len(days) or days[number + 1] - day > timedelta(days=1):
            yield days[start], day
            start = number + 1
