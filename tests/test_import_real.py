"""Real lists, where they are at hand: counts that agree with the files. They are not part of the project."""

import os
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bench import real_lists
from registry import db
from registry.services import chain
from registry.services.importing import loading, mapping, reading
from registry.services.importing.expressions import Expression
from registry.services.importing.loading import Outcome
from registry.services.importing.rows import Layout, Problem, UnreadableFileError
from registry.services.work import writing
from tests.importing import counted
from tests.test_import_load import undo

FOLDER = Path(os.environ.get("REGISTRY_TEST_DATA") or Path(__file__).parents[1] / ".." / "shared" / "data")
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="REGISTRY_TEST_DATA, or ../shared/data, is not there")
# Rows of the file, and of them left out: see docs/importing.md for why.
LISTS = {
    "places/syria-places.csv": ("gazetteer", "", 5_997, 2),
    "facilities/healthsites-sudan.csv": ("healthsites", "", 1_226, 21),
    "facilities/osm-sudan-health.csv": ("hot-osm", "SDN", 1_133, 0),
    "facilities/osm-palestine-health.geojson": ("hot-osm", "PSE", 1_544, 0),
    "insecurity-insight/education-2020-2023.xlsx": ("insecurity-insight-education", "", 1_895, 1),
    "insecurity-insight/shcc-2022.xlsx": ("shcc", "", 1_989, 0),
    "ucdp/ged-car.geojson.gz": ("ucdp-ged", "", 1_848, 15),
}


def load(engine: Engine, file: str, name: str, country: str) -> Outcome:
    found = mapping.load(name)
    if country:
        found.mapping.where.country = Expression(value=country)
    with (
        reading.local(FOLDER / file) as plain,
        loading.opened(plain, Path(file).name, found) as opened,
        writing(engine, "Amal", f"load {file}") as work,
    ):
        return loading.load(work, opened, found)


@pytest.mark.slow
@pytest.mark.parametrize("file", list(LISTS))
def test_counts_agree_with_the_file(file: str, sqlite_database: str) -> None:
    name, country, rows, left_out = LISTS[file]
    engine = db.connect(sqlite_database)
    before = counted(engine)
    outcome = load(engine, file, name, country)
    assert (outcome.new + outcome.same + outcome.rejected, outcome.rejected) == (rows, left_out)
    assert load(engine, file, name, country).loaded_before == outcome.ref
    if name == "insecurity-insight-education":  # one is enough: it brings rows of every table
        undo(engine, outcome.ref)
        assert counted(engine) == before
    engine.dispose()


@pytest.mark.slow
def test_the_health_list_sums_to_what_its_sheet_sums_to(sqlite_database: str) -> None:
    engine = db.connect(sqlite_database)
    outcome = load(engine, "insecurity-insight/health-2016-2023.xlsx", "insecurity-insight-health", "")
    assert (outcome.new, outcome.rejected) == (8_842, 12)
    with db.reading(engine) as connection:
        killed = "SELECT sum(low) FROM claim WHERE measure_code = 'killed' AND population_code = 'health_worker'"
        imputed = connection.execute(text("SELECT count(*) FROM claim WHERE is_imputed")).scalar()
        claimed = connection.execute(text(killed)).scalar()
        assert chain.verify(connection).problems == ()
    engine.dispose()
    path = FOLDER / "insecurity-insight/health-2016-2023.xlsx"
    left_out = {problem.number for problem in outcome.problems}
    with reading.table(path, path.name, Layout()) as table:
        rows = [row for row in table if not isinstance(row, Problem) and row.number not in left_out]
    sheet = sum(int(row.cells["Health Workers Killed"]) for row in rows)
    assert claimed == sheet
    assert imputed


@pytest.mark.slow
def test_lists_go_in_twice_and_out_again(empty_database_url: str, tmp_path: Path) -> None:
    """Two of `bench/real_lists.py`, which goes through all of them: a list of facilities, and one of attacks."""
    walk = real_lists.Walk(empty_database_url, FOLDER, tmp_path)
    lines = list(walk.run(tuple(one for one in real_lists.LISTS if one.mapping in ("hot-osm", "ucdp-ged"))))
    assert walk.wrong == []
    assert [line[1:6] for line in lines] == [("1,133", "1,133", "0", "0", "0"), ("1,848", "1,833", "0", "0", "15")]


@pytest.mark.slow
def test_an_empty_workbook_is_refused(sqlite_database: str) -> None:
    engine = db.connect(sqlite_database)
    with pytest.raises(UnreadableFileError, match="the sheet 'Sheet1' is empty"):
        load(engine, "insecurity-insight/empty-sheet.xlsx", "insecurity-insight-health", "")
    engine.dispose()
