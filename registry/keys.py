"""Keys that two offices can make without having met: UUIDv7 for the program, refs for people.

A ref such as `A-7Q2M-K9XD-F3A7-B` is a letter for the noun, twelve random characters of Crockford's base 32
(no I, L, O, U) and a check character by ISO/IEC 7064 MOD 37,36 over all that goes before, which finds every
single wrong character and nearly every swap of two neighbours. Bodies are drawn until the check character,
too, is one of the 32, so that nothing in a ref is mistaken over a bad line.
"""

import secrets
import time
import uuid
from array import array
from collections.abc import Iterator

from registry.errors import InvalidValue

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOOKALIKES = str.maketrans("ILO", "110")
_BODY = 12
_AT_ONCE = 512
_PAIRS = [first + second for first in CROCKFORD for second in CROCKFORD]
_BITS = 5 * _BODY
_SHIFTS = range(_BITS - 10, -1, -10)
_STEP = 43  # bits
# The state of the check (ISO 7064, MOD 37,36) after one more character, by the state before it.
_AFTER = [
    {character: ((product + value) % 36 or 36) * 2 % 37 for value, character in enumerate(_ALPHABET)}
    for product in range(37)
]

PREFIXES = {
    "A": "attack",
    "F": "facility",
    "P": "place",
    "S": "source",
    "B": "actor",
    "R": "report",
    "C": "claim",
    "N": "situation",
    "G": "figure",
    "T": "sitrep",
    "Q": "schedule",
    "M": "import_batch",
}


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): Unix time to a quarter of a microsecond, then 62 random bits; sorts by time of making."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    # The twelve bits after the version tell parts of the millisecond (RFC 9562, 6.2, method 3): what is made later
    # sorts later, which "the latest claim" rests on.
    value = (milliseconds & (2**48 - 1)) << 80 | (rest * 4096 // 1_000_000) << 64 | secrets.randbits(64)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


class SpeltId(uuid.UUID):
    """An id with the forms in which it is written many times.

    Attributes:
        raw: its 16 bytes, in the form that SQLite's driver takes at once.
        json: its text in quotes.
    """

    __slots__ = ("json", "raw")
    json: str
    raw: bytearray

    def __init__(self, number: int) -> None:
        raw = number.to_bytes(16, "big")
        digits = raw.hex()
        # A UUID lets nothing be set; the slots themselves do.
        _set_int(self, number)
        _set_is_safe(self, _UNKNOWN)
        _set_raw(self, bytearray(raw))
        _set_json(self, f'"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"')


_UNKNOWN = uuid.SafeUUID.unknown
_set_int, _set_is_safe, _set_raw, _set_json = (
    vars(owner)[name].__set__
    for owner, name in ((uuid.UUID, "int"), (uuid.UUID, "is_safe"), (SpeltId, "raw"), (SpeltId, "json"))
)


def new_ids(after: uuid.UUID | None = None) -> Iterator[SpeltId]:
    """New ids without end, made like `new_id`, each greater than the one before whatever the clock does.

    An index takes keys that come in order at its end, where it is fastest and leaves no gaps. The clock is read once
    for a few hundred; they count on from it by a quarter of a microsecond, which is less than it takes to use them.

    Args:
        after: an id that all of them are greater than, though the clock was set back since it was made.
    """
    version_and_variant = 0x7 << 76 | 0x2 << 62
    last = after.int >> 80 << 12 | after.int >> 64 & 0xFFF if after is not None else 0
    while True:
        randoms = array("Q", secrets.token_bytes(8 * _AT_ONCE))
        milliseconds, rest = divmod(time.time_ns(), 1_000_000)
        first = max(milliseconds << 12 | rest * 4096 // 1_000_000, last + 1)
        last = first + _AT_ONCE - 1
        yield from [
            SpeltId((moment >> 12) << 80 | (moment & 0xFFF) << 64 | version_and_variant | random >> 2)
            for moment, random in enumerate(randoms, start=first)
        ]


def new_ref(prefix: str) -> str:
    """A new ref for the noun that `prefix` stands for, such as `A` for an attack."""
    while True:
        ref = _ref(prefix, secrets.randbits(_BITS))
        if ref is not None:
            return ref


def new_refs(prefix: str) -> Iterator[str]:
    """New refs without end, which rise from a random one by random steps, some 260,000 of them until all were passed.

    What falls anywhere in an index that is larger than memory costs a page of it each time; of these, several come to
    lie on one page one after the other.
    """
    number = secrets.randbits(_BITS)
    while True:
        for random in array("Q", secrets.token_bytes(8 * _AT_ONCE)):
            number = (number + 1 + (random >> 64 - _STEP)) % (1 << _BITS)
            ref = _ref(prefix, number)
            if ref is not None:
                yield ref


def _ref(prefix: str, number: int) -> str | None:
    """The ref whose body spells the number; None where its check character is none of the 32."""
    body = "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])
    check = _check_character(prefix + body)
    return _spell(prefix + body + check) if check in CROCKFORD else None


def looks_like_ref(text: str) -> bool:
    """Whether the text has the shape of a ref, right or wrong: a known letter, then 13 characters."""
    plain = _plain(text)
    return len(plain) == _BODY + 2 and plain[0] in PREFIXES and text.strip()[1:2] == "-"


def read_ref(text: str, field: str = "ref") -> str:
    """The ref as it is stored, from what a person typed: case, dashes and look-alikes do not matter.

    Raises:
        InvalidValue: it is too long or short, or the check character does not fit.
    """
    plain = _plain(text)
    if len(plain) != _BODY + 2 or plain[0] not in PREFIXES:
        raise InvalidValue(field, f"{text!r} is not a ref", "a ref looks like A-7Q2M-K9XD-F3A7-B")
    plain = plain[0] + plain[1:].translate(_LOOKALIKES)
    if _check_character(plain[:-1]) != plain[-1]:
        raise InvalidValue(field, f"{text!r} has a wrong check character", "read it again: one character is mistyped")
    return _spell(plain)


def _plain(text: str) -> str:
    return "".join(character for character in text.upper() if character in _ALPHABET)


def _spell(plain: str) -> str:
    return f"{plain[0]}-{plain[1:5]}-{plain[5:9]}-{plain[9:13]}-{plain[13]}"


def _check_character(text: str) -> str:
    product = 36
    for character in text:
        product = _AFTER[product][character]
    return _ALPHABET[(37 - product) % 36]
