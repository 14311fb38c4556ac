"""Drafts of mappings for lists that nobody has seen: what a file says plainly stands in its draft."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it has no types

from registry.services.importing import laying, mapping, suggesting
from registry.services.importing import reading as files
from registry.services.importing.rows import Layout

Sheets = dict[str, Sequence[Sequence[object]]]


def drafted(path: Path, layout: Layout | None = None) -> str:
    with files.local(path) as plain:
        found = laying.laid_out(plain, path.name, layout or Layout())
        with files.table(plain, path.name, found) as table:
            text = suggesting.draft(table, path.name, found)
    mapping.read("draft.yaml", text.replace("country: {value: '?'}", "country: {value: SYR}").encode())  # it is one
    return text


def book(path: Path, sheets: Sheets, hidden: str = "") -> Path:
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name == hidden:
                sheet.hide()
            else:
                sheet.activate()  # the first one cannot be hidden otherwise
    return path


def lacking(draft: str, lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line not in draft]


def test_an_arabic_list_below_titles_with_governorates_written_once(tmp_path: Path) -> None:
    head = ["م", "رمز المنشأة", "اسم المنشأة", "نوع المنشأة", "المحافظة", "القرية", "خط العرض", "خط الطول"]
    rows = [[str(n), f"ص-{n}", f"مشفى {n}", "مشفى", "" if n else "إدلب", "بنش", "٣٥٫٩", "٣٦٫٧"] for n in range(4)]
    path = book(tmp_path / "list.xlsx", {"قائمة": [["وزارة الصحة"], ["حتى ٢٠١٨"], [], head, *rows]})
    wanted = ["file: {heading: 4, fill_down: ['المحافظة']}", "id: 'رمز المنشأة'", "lat: 'خط العرض'", "'مشفى': hospital"]
    wanted += ["level: governorate, name: 'المحافظة'", "level: community, name: 'القرية'", "name: 'اسم المنشأة'"]
    assert lacking(drafted(path), wanted) == []


def test_columns_that_are_ticked_and_counts_of_some(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    lines = ["Ref,Date (DD/MM/YYYY),Target: school,Airstrike,Rocket,Ground attack,Killed women,Killed total"]
    lines += [f"I{n},{n + 12}/05/2019,x,X,,✓,1,{n}" for n in range(1, 5)]
    path.write_text("\n".join([*lines, "I5,18/05/2019,,,x,,0,2"]), encoding="utf-8")
    wanted = ["when: {column: 'Date (DD/MM/YYYY)', order: dmy}\n", "{column: 'Airstrike', attack_type: air_strike}"]
    wanted += ["{type: {value: school}, signs: [{column: 'Target: school'}]}", "'Rocket', attack_type: shelling"]
    wanted += ["'Killed women', measure: killed, population: woman", "'Killed total', measure: killed, population: all"]
    wanted += ["- 'Ground attack'"]  # nothing is called quite so: left to a person
    assert lacking(drafted(path), wanted) == []


def test_a_french_list_in_its_own_encoding(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    lines = ["Réf.;Date de l’incident;Région;Cercle;Type d’établissement;Tués;Auteur présumé"]
    lines += [f"M{n};nuit du {n} au {n + 1} mai 2019;Mopti;Koro;École;trois;Inconnu" for n in range(1, 5)]
    path.write_bytes("\n".join(lines).encode("cp1252"))
    wanted = ["file: {encoding: cp1252}", "id: 'Réf.'", "when: 'Date de l’incident'", "district, name: 'Cercle'"]
    wanted += ["'École': school", "column: 'Tués', measure: killed", "'Auteur présumé'}, unnamed: ['Inconnu']"]
    assert lacking(drafted(path, Layout(encoding="cp1252")), wanted) == []


def test_a_list_deep_in_a_document_with_facilities_of_each_item(tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    items = [
        {
            "uuid": f"u{n}",
            "occurred": {"date": f"2019-05-0{n}"},
            "casualties": {"killed": {"min": 1, "max": 2}},
            "facilities": [{"name": f"F{n}", "kind": "hospital"}],
        }
        for n in range(1, 4)
    ]
    path.write_text(json.dumps({"meta": {"count": 3}, "data": {"incidents": items}}), encoding="utf-8")
    wanted = [
        "file: {rows_at: 'data/incidents'}",
        "when: 'occurred/date'",
        "each: 'facilities'",
        "'hospital': hospital",
    ]
    wanted += ["low: 'casualties/killed/min', high: 'casualties/killed/max', measure: killed"]
    assert lacking(drafted(path), wanted) == []


def test_a_hidden_sheet_is_not_the_list_and_the_others_are_named(tmp_path: Path) -> None:
    rows: Sequence[Sequence[object]] = [["No.", "Date", "Killed"], [1, "3/5", "2"], [2, "early May", "several"]]
    path = book(tmp_path / "log.xlsx", {"words": [["Airstrike"]], "May": rows, "June": rows}, hidden="words")
    wanted = ["# Not read: the sheets June;", "id: 'No.'", "column: 'Date', order: dmy, year: {value: '?'}"]
    assert lacking(drafted(path), wanted) == []
    assert "id: {join: ['@sheet', 'No.']}" in drafted(path, Layout(sheet="*"))


def test_a_year_a_month_and_a_day_in_columns_and_a_point_in_one(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    lines = ["ID,Year,Month,Day,GPS,Event description", "S1,2019,5,3,N35.6 E36.7,Hit", 'S2,2019,May,,"35.6, 36.7",Hit']
    path.write_text("\n".join(lines), encoding="utf-8")
    wanted = ["when: {year: 'Year', month: 'Month', day: 'Day'}", "lat: {column: 'GPS', pattern:"]
    assert lacking(drafted(path), wanted) == []


def test_an_export_of_a_form_of_ones_own(tmp_path: Path) -> None:
    sheets: Sheets = {
        "Attacks": [["Date of attack", "_uuid", "_index"], ["2019-05-03", "u1", 1], ["2019-05-04", "u2", 2]],
        "hit": [["Facility name", "Facility type", "_parent_index"], ["A", "Hospital", 1], ["B", "School", 2]],
    }
    wanted = ["repeats: {tables: ['hit'], key: '_index', parent: '_parent_index'}", "each: 'hit'", "'School': school"]
    assert lacking(drafted(book(tmp_path / "form.xlsx", sheets)), wanted) == []


@pytest.mark.parametrize("text", ["a,b\n", "a\n1\n", "1,2\n3,4\n"])
def test_a_file_without_headings_is_drafted_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    assert "# A first draft" in drafted(path)


def test_places_with_names_in_two_scripts_are_no_facilities(tmp_path: Path) -> None:
    path = tmp_path / "lieux.csv"
    path.write_text("Code;Nom de la localité;اسم القرية;Région\nL1;Binnish;بنش;Idleb\nL2;Foua;الفوعة;Idleb\n", "utf-8")
    wanted = ["place:\n", "name: 'Nom de la localité'\n  names: {ar: 'اسم القرية'}", "governorate, name: 'Région'"]
    assert lacking(drafted(path), wanted) == []
    assert "community, name:" not in drafted(path)


def test_a_draft_is_yaml_whatever_a_sheet_or_a_word_is_called(tmp_path: Path) -> None:
    head, long = ["Ref", "Date", "Province", "Weapon", "Kind"], "a" * 2_000
    rows = [[str(n), f"2019-05-0{n}", "Idlib", word, long] for n, word in enumerate(("Rocket", long), start=1)]
    path = book(tmp_path / "list.xlsx", {"list": [head, *rows], "a\u2028evil": [["Key"], ["x"]]})
    text = drafted(path)
    assert lacking(text, ["# Not read: the sheets a evil; see", "'Rocket': {"]) == []
    types = tmp_path / "types.csv"
    types.write_text(f"id,name,type\n1,One,{long}\n2,Two,{long}\n", encoding="utf-8")
    assert lacking(drafted(types), ["type: {value: health}"]) == []


def test_counts_of_some_and_counts_that_bound_are_not_drafted_as_all(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "Ref,Date,Killed (children),Killed (in custody),Injured (min),Missing (min),Missing (max)\n"
        "1,2019-05-01,1,2,3,4,5\n2,2019-05-02,1,2,3,4,5\n",
        encoding="utf-8",
    )
    wanted = [
        "{column: 'Killed (children)', measure: killed, population: child}",
        "{column: 'Injured (min)', operator: at_least, measure: injured, population: all}",
        "{low: 'Missing (min)', high: 'Missing (max)', measure: missing, population: all}",
        "- 'Killed (in custody)'",
    ]
    assert lacking(drafted(path), wanted) == []


def test_a_draft_asks_what_blank_cells_mean(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "Ref,Date,Province,Killed\n1,2019-05-01,Idlib,1\n2,2019-05-02,,2\n3,2019-05-02,,2\n", encoding="utf-8"
    )
    assert lacking(drafted(path), ["file: {fill_down: ['Province']}  # fill_down: does a blank cell mean"]) == []
