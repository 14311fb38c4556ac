"""The tables, one file a subject, and the input classes that validate what goes into them."""

from registry.models import facilities, happened, held, in_out, journal, lists, places, said, who

__all__ = ["facilities", "happened", "held", "in_out", "journal", "lists", "places", "said", "who"]
