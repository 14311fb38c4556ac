"""The tables and lists of a report's page, set by Typst: `same_tables.py PAGE.html OUT.pdf`, run by `bench/sitrep.py`.

Typst is no part of the program: `pip install typst` beside it, or this rival is left out.
"""

import importlib
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

FONTS = Path(__file__).parents[1] / "reports" / "templates" / "fonts"
_PAGE = """
#set document(title: "The same tables", date: datetime(year: 2019, month: 5, day: 21))
#set page(paper: "a4", margin: (x: 15mm, y: 18mm), numbering: "1 / 1")
#set text(font: ("Noto Sans", "Noto Sans Arabic"), size: 6.6pt, lang: "en")
#set table(stroke: (bottom: 0.4pt))
#for one in json("tables.json") {
  table(columns: one.width * (1fr,), table.header(..one.head), ..one.cells)
}
"""


class Tables(HTMLParser):
    """Collects the words of each table's cells, and of each list's items as a table of one column."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, object]] = []
        self.words: list[str] | None = None
        self.head: list[str] = []
        self.cells: list[str] = []
        self.in_head = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 -- as the base class
        """A table, a list or a cell begins."""
        if tag in ("table", "ol"):
            self.head, self.cells = [], []
        self.in_head = tag == "thead" or (self.in_head and tag != "tbody")
        if tag in ("th", "td", "li"):
            self.words = []

    def handle_data(self, data: str) -> None:
        """Words, of a cell or not."""
        if self.words is not None:
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        """A cell, a table or a list ends."""
        if tag in ("th", "td", "li") and self.words is not None:
            text = re.sub(r"\s+", " ", "".join(self.words)).strip()
            (self.head if self.in_head else self.cells).append(text)
            self.words = None
        if tag in ("table", "ol") and self.cells:
            head = self.head or ["List"]
            self.found.append({"width": len(head), "head": head, "cells": self.cells})


def main(page: Path, out: Path) -> None:
    tables = Tables()
    tables.feed(page.read_text(encoding="utf-8"))
    (out.parent / "tables.json").write_text(json.dumps(tables.found))
    source = out.with_suffix(".typ")
    source.write_text(_PAGE)
    importlib.import_module("typst").compile(source, output=out, font_paths=[FONTS], pdf_standards=["a-3a", "ua-1"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
