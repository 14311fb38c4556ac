"""The short lines that people type: what was hit, with what, and who accuses whom.

Pure: text in, parts out. Codes are checked here; names stay text, and are looked up by whoever saves them.
"""

import re
from functools import cache
from typing import Any

from registry import codes
from registry.errors import InvalidValue
from registry.names.folding import plain

_UNNAMED = re.compile(r"(?i)^(?:an? )?(?:unnamed|unidentified|unknown|غير مسمى|غير مسماة)\s+")
_STANCE = re.compile(r"(?i)^(?P<speaker>.+?)\s+(?P<stance>accuses|claims|denies)$")
_EITHER = re.compile(r"(?i)^\s*(?:either|إما)\s+")
_OR = re.compile(r"(?i)\s+(?:or|أو)\s+")
_AND = re.compile("[,،;؛]")


def as_code(code_list: str, text: str) -> str:
    """The code that a person means by a code or by a label in English, Arabic or French, plural or not.

    Raises:
        NotFound: none of the list; the nearest are offered.
    """
    return _spellings(code_list).get(spelt(text)) or codes.check_code(code_list, text)


def find_code(code_list: str, text: str) -> str | None:
    """The same, and None where the list has none."""
    return _spellings(code_list).get(spelt(text))


@cache
def _spellings(code_list: str) -> dict[str, str]:
    found: dict[str, str] = {}
    listed = codes.rows(code_list)
    # A code is never hidden by the label of another; what stands in brackets after a label may be left out.
    for column in ("code", *(f"label_{language}" for language in codes.LANGUAGES)):
        for row in listed:
            label = str(row[column])
            for text in (label, label.partition(" (")[0]):
                found.setdefault(spelt(text), str(row["code"]))
    return found


def spelt(text: str) -> str:
    """The text as it is compared: small letters, single spaces, and English plurals as one."""
    words = plain(text.replace("_", " ").replace("-", " ")).split()
    return " ".join(_singular(word) for word in words)


def _singular(word: str) -> str:
    if len(word) < 4 or not word.isascii() or word.endswith("ss"):
        return word
    return word.removesuffix("ies") + "y" if word.endswith("ies") else word.removesuffix("s")


def hit(text: str, *, unnamed: bool = False) -> dict[str, str]:
    """What was hit: `Name or ref[:effect[:damage]]`, or `unnamed clinic[:effect[:damage]]`.

    Args:
        text: the line.
        unnamed: it begins with a type of facility, without the word "unnamed".

    Returns:
        Parts for HitFacilityCreate.

    Raises:
        InvalidValue: nothing stands before the colon, or too many parts.
        NotFound: a code.
    """
    name, *rest = _parts(text, "hit", "Name:direct_hit:destroyed, or unnamed clinic:damaged")
    without = name if unnamed else _UNNAMED.sub("", name)
    first = {"unnamed": as_code("facility_type", without)} if unnamed or without != name else {"facility": name}
    return first | _coded({"effect": "effect", "damage": "damage"}, rest)


def means(text: str) -> dict[str, str]:
    """By which means: `TYPE[:LAUNCH[:MUNITION]]`, such as `air_strike:helicopter:barrel_bomb`; a part may be empty.

    Returns:
        Parts for MeansCreate.

    Raises:
        InvalidValue: no type, or it is a munition or a launch method.
        NotFound: a code.
    """
    example = "air_strike:helicopter:barrel_bomb"
    name, *rest = _parts(text, "means", example)
    if find_code("attack_type", name) is None:
        for code_list, place in (("munition", "third"), ("launch_method", "second")):
            if (found := find_code(code_list, name)) is not None:
                why = f"{found} is a {code_list.replace('_', ' ')}, which stands {place}"
                raise InvalidValue("means", why, f"write it as {example}; a part may be empty")
    return {"type": as_code("attack_type", name)} | _coded({"launch": "launch_method", "munition": "munition"}, rest)


def _parts(text: str, field: str, example: str) -> list[str]:
    parts = [part.strip() for part in text.split(":")]
    if not parts[0] or len(parts) > 3:
        raise InvalidValue(field, "is not understood", f"write it as {example}")
    return parts


def _coded(lists: dict[str, str], texts: list[str]) -> dict[str, str]:
    given = zip(lists.items(), texts, strict=False)
    return {key: as_code(code_list, text) for (key, code_list), text in given if text}


def accusation(text: str) -> dict[str, Any]:
    """Who accuses whom: `SPEAKER: ACTOR, ACTOR`, `SPEAKER: either A or B`, `SPEAKER denies: ACTOR`.

    A comma parts several who are accused together; "or" leaves open which of them it was.

    Returns:
        Parts for AttributionCreate: speaker, stance, actors.

    Raises:
        InvalidValue: nobody accuses, or nobody is accused.
    """
    example = "SOHR: Syrian government forces, or SOHR: either A or B"
    speaker, colon, accused = (part.strip() for part in text.partition(":"))
    if not (speaker and colon and accused):
        raise InvalidValue("accuses", "says not who accuses whom", f"write {example}")
    stance = "accuses"
    if found := _STANCE.match(speaker):
        speaker, stance = found["speaker"], found["stance"].casefold()
    without = _EITHER.sub("", accused)
    parts = [part.strip() for part in _OR.split(without)]
    actors = [actor.strip() for part in parts for actor in _AND.split(part) if actor.strip()]
    if not actors:
        raise InvalidValue("accuses", "says not who accuses whom", f"write {example}")
    if len(parts) > 1:
        if stance != "accuses":
            raise InvalidValue("accuses", f"{stance} takes no alternative", "give one line for each actor")
        stance = "one_of"
    return {"speaker": speaker, "stance": stance, "actors": actors}


def accusation_line(parts: dict[str, Any]) -> str:
    """The line again, from its parts."""
    verb = "" if parts["stance"] in ("accuses", "one_of") else f" {parts['stance']}"
    between = " or " if parts["stance"] == "one_of" else ", "
    return f"{parts['speaker']}{verb}: {between.join(parts['actors'])}"
