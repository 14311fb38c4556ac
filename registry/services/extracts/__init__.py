"""What an audience may see of the registry, as a file of tables that can be queried, exported and handed out.

An extract holds what situation reports may hold and no more: the same rules (`sitrep/disclosure.toml`) are applied by
the same code to every row. Colleagues get the views, but no table beneath them; partners the views with what is
withheld left out; the public counts by week and group of governorates, what was said in public, and the attacks whose
release was agreed.

Files: `keeping` (where the file is, and when it is made anew), `colleagues`, `partners` and `public` (what is in it),
`areas` (label points for maps), `reading_in` (rows in batches, with what their rules need to know), `tables` (writing
them).
"""

from registry.services.extracts.keeping import State, extract, forget, reading, state

__all__ = ["State", "extract", "forget", "reading", "state"]
