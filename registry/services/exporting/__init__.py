"""Exports: tables that leave the registry as files, each beside a description that people and programs read.

An export holds what its audience may see and no more: colleagues are given the registry itself, everybody else the
audience's extract. Its folder appears when all of it is written, or not at all.

Files: `exporting` (a folder of tables), `tables` (what is exported, in batches), `dictionary` (what columns mean),
`kinds` (what they hold), `packaging` (the description), `folders` (written whole or not at all); the forms `csvs`,
`workbooks`, `geojson`, `jsons`, `parquet`, and `hxl` with its tags; `views` (rows of SQLite's views), of which `lines`
makes CSV and `parsed` parts of Parquet, whose `arrays` and `groups` are beside it; `copies` (rows of PostgreSQL's
views), of which `copied_lines` and `parsed_copies` make the same; `archive` (a
whole registry and back), `releases` (numbered, approved and frozen).
"""
