"""Situation reports: the registry as of an hour, frozen, worded and printed. Reads, never writes."""
