"""Which records of two lists are one thing: pure functions on plain values, with the evidence shown.

Files: `records` (what is compared), `blocking` (which pairs at all) with `nearest` (neighbours on the map), `features`
and `levels` (what a pair shows, and what that weighs), `elsewhen` (events on one spot), `competing` (who goes with
whom), `model` (all of it together), `splinked` (Splink's model in place of ours, on the same evidence).
"""

from registry.services.linking.model import Linked, link, link_within
from registry.services.linking.records import Pair, Reason, Record

__all__ = ["Linked", "Pair", "Reason", "Record", "link", "link_within"]
