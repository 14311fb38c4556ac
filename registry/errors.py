"""Every way in which this program stops on purpose, and the one place that gives them exit codes.

RegistryError                  1  an expected failure
├── UsageError                 2  the call's words are off
│   └── InvalidValue           2  one value is not acceptable: which, why, what to give instead
├── NotFound                   3  nothing has that ref, name or code
│   └── Ambiguous              3  several things have that name
├── Conflict                   4  it exists already, or somebody changed it meanwhile
└── RejectedRows               5  finished, with rows left out

A message is one line: what is wrong, where, and what to do next. It never holds personal data
(names of witnesses, notes, free text): a log or a screenshot may travel further than the registry.
"""

from collections.abc import Sequence


class RegistryError(Exception):
    """An expected failure. Its text is shown to the user as it is."""

    exit_code = 1


class UsageError(RegistryError):
    """The call's words are off."""

    exit_code = 2


class InvalidValue(UsageError):
    """One value is not acceptable.

    Args:
        field: the option, column or key the user knows it by.
        why: what is wrong with it.
        hint: what to give instead.
    """

    def __init__(self, field: str, why: str, hint: str = "") -> None:
        self.field, self.why, self.hint = field, why, hint
        super().__init__(f"{field}: {why}" + (f"; {hint}" if hint else ""))


class NotFound(RegistryError):
    """Nothing has that ref, name or code.

    Args:
        kind: the noun, such as `facility`.
        wanted: what was asked for.
        near: what it may have meant, best first.
        hint: what to do where there is nothing near.
    """

    exit_code = 3

    def __init__(self, kind: str, wanted: str, near: Sequence[str] = (), hint: str = "") -> None:
        self.kind, self.wanted, self.near = kind, wanted, tuple(near)
        text = f"no {kind} {wanted!r}"
        if near:
            text += "; did you mean " + " or ".join(repr(name) for name in near[:3]) + "?"
        elif hint:
            text += f"; {hint}"
        super().__init__(text)


class Ambiguous(NotFound):
    """Several things have that name; they are offered, never guessed."""

    def __init__(self, kind: str, wanted: str, choices: Sequence[str]) -> None:
        self.kind, self.wanted, self.near = kind, wanted, tuple(choices)
        shown = " | ".join(choices[:6]) + (f" | and {len(choices) - 6} more" if len(choices) > 6 else "")
        RegistryError.__init__(self, f"{wanted!r} names {len(choices)} {kind} records: {shown}; give the ref instead")


class Conflict(RegistryError):
    """It exists already, or somebody changed it meanwhile."""

    exit_code = 4


class RejectedRows(RegistryError):
    """The work is done, but some rows were left out and reported."""

    exit_code = 5
