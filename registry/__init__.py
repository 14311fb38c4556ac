"""A registry of attacks on schools, health facilities and Civil Defence."""

__version__ = "0.1.0"
