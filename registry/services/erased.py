"""What stands in the place of a value that was erased."""

ERASED = "[erased]"


def is_erased(value: object) -> bool:
    """Whether it is what an erasure left, with or without the end of the row's key in it."""
    return isinstance(value, str) and value.startswith(ERASED[:-1])
