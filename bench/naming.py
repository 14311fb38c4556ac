"""Facility names of our own making, in Arabic and in many Latin spellings, and what people type when they look for one.

A word is kept as its sounds. Arabic writes consonants and long vowels; Latin letters are chosen as people choose them,
one way here and another there.
"""

import random
from dataclasses import dataclass
from itertools import accumulate

# Sound -> its Arabic letter, and its Latin spellings with the most frequent first. A, I, U are long, @ is ta marbuta.
CONSONANTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "b": ("ب", ("b",)), "t": ("ت", ("t",)), "j": ("ج", ("j", "j", "dj")), "H": ("ح", ("h",)), "x": ("خ", ("kh",)),
    "d": ("د", ("d",)), "r": ("ر", ("r",)), "z": ("ز", ("z",)), "s": ("س", ("s",)), "$": ("ش", ("sh", "sh", "ch")),
    "S": ("ص", ("s",)), "D": ("ض", ("d", "d", "dh")), "T": ("ط", ("t",)), "E": ("ع", ("", "", "'")),
    "g": ("غ", ("gh",)), "f": ("ف", ("f",)), "q": ("ق", ("q", "q", "k")), "k": ("ك", ("k",)), "l": ("ل", ("l",)),
    "m": ("م", ("m",)), "n": ("ن", ("n",)), "h": ("ه", ("h",)), "w": ("و", ("w",)), "y": ("ي", ("y",)),
}  # fmt: skip
VOWELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "a": ("", ("a", "a", "e")), "i": ("", ("i", "i", "e")), "u": ("", ("u", "u", "o")), "A": ("ا", ("a", "a", "aa")),
    "I": ("ي", ("i", "i", "ee")), "U": ("و", ("u", "ou", "oo")), "@": ("ة", ("a", "ah", "eh")),
}  # fmt: skip
SOUNDS = CONSONANTS | VOWELS
PATTERNS = (
    "1a22A3",
    "1A2i3",
    "1a2I3",
    "ma12U3",
    "1a23@",
    "1u2a3",
    "1a2a3",
    "1a23U4",
    "1i23A4",
    "mu1a22i3",
    "1U2A3",
    "1a2A3@",
)
FIRST = (
    "muHammad", "aHmad", "maHmUd", "xAlid", "Eali", "Hasan", "Husayn", "EabdallAh", "ibrAhIm", "yUsif", "Eumar",
    "SAliH", "HAmid", "samIr", "nabIl", "jamAl", "karIm", "muSTafa", "walId", "bassAm", "riyAD", "faysal", "hAdi",
    "nAjI", "qAsim", "zakariyA", "fAtim@", "maryam", "xadIj@", "zaynab",
)  # fmt: skip
VIRTUES = (
    "$ifA", "amal", "raHm@", "HayAt", "nUr", "Hikm@", "salAm", "hudA", "naSr", "SalAH", "furqAn", "yarmUk",
    "karAm@", "taqwA", "iHsAn", "wafA",
)  # fmt: skip
BEFORE_PLACES = ("kafr", "tal", "Eayn", "dayr", "bayt", "burj", "xirb@")
KINDS = (
    ("مدرسة", "School"),
    ("مستشفى", "Hospital"),
    ("مركز", "Health Centre"),
    ("عيادة", "Clinic"),
    ("نقطة", "Medical Point"),
)
DIRECTIONS = (
    ("الشرقية", "Eastern"),
    ("الغربية", "Western"),
    ("الجديدة", "New"),
    ("للبنات", "Girls"),
    ("الابتدائية", "Primary"),
)
_LETTERS = {"Arab": "ابتجحخدرزسشصطعغفقكلمنهوي", "Latn": "abdefghijklmnoqrstuwyz"}


@dataclass(frozen=True)
class Named:
    """A name: what kind of thing, its words as sounds (article or not), a direction and a number where it has them."""

    kind: int
    words: tuple[tuple[bool, str], ...]
    direction: int | None = None
    number: int | None = None


class Names:
    """A seeded source of names, with few frequent words and many rare ones, as real lists have."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 -- the same names in every run
        self._families = self._made(20_000)
        self._places = self._made(6_000)
        self._of_families = list(accumulate(1 / (rank + 10) for rank in range(len(self._families))))
        self._of_places = list(accumulate(1 / (rank + 50) for rank in range(len(self._places))))

    def _made(self, count: int) -> list[str]:
        # Few roots have a w or a y, which come and go with the form of the word; they stand first here.
        strong = [sound for sound in CONSONANTS if sound not in "wy"]
        made: dict[str, None] = {}
        while len(made) < count:
            root = self.chance.sample(strong, 4)
            root[0] = self.chance.choice([*root[:1] * 9, "w"])
            pattern = self.chance.choice(PATTERNS)
            made["".join(root[int(sound) - 1] if sound.isdigit() else sound for sound in pattern)] = None
        return list(made)

    def one(self) -> Named:
        """A name: a martyr's or a person's, a virtue's, or a place's."""
        chance, roll = self.chance, self.chance.random()
        words: tuple[tuple[bool, str], ...]
        if roll < 0.55:
            family = chance.choices(self._families, cum_weights=self._of_families)[0]
            words = ((False, chance.choice(FIRST)), (chance.random() < 0.4, family))
        elif roll < 0.75:
            words = ((True, chance.choice(VIRTUES)), *(self._place() if chance.random() < 0.7 else ()))
        else:
            words = self._place()
        direction = chance.randrange(len(DIRECTIONS)) if chance.random() < 0.15 else None
        number = chance.randint(1, 9) if chance.random() < 0.05 else None
        return Named(chance.randrange(len(KINDS)), words, direction, number)

    def _place(self) -> tuple[tuple[bool, str], ...]:
        place = self.chance.choices(self._places, cum_weights=self._of_places)[0]
        if self.chance.random() < 0.4:
            return ((False, self.chance.choice(BEFORE_PLACES)), (False, place))
        return ((self.chance.random() < 0.3, place),)

    def arabic(self, name: Named) -> str:
        """The name in Arabic letters."""
        parts = [KINDS[name.kind][0]]
        for has_article, word in name.words:
            # Arabic writes a doubled consonant once, and a word that begins with a vowel begins with alif.
            single = "".join(sound for at, sound in enumerate(word) if at == 0 or sound != word[at - 1])
            letters = "".join(SOUNDS[sound][0] for sound in single)
            parts.append(("ال" if has_article else "") + ("ا" if word[0] in VOWELS else "") + letters)
        parts += [DIRECTIONS[name.direction][0]] if name.direction is not None else []
        parts += [f"رقم {name.number}"] if name.number else []
        return " ".join(parts)

    def latin(self, name: Named) -> str:
        """The name in Latin letters, in one of its spellings."""
        parts = []
        for has_article, word in name.words:
            letters = "".join(self.chance.choice(SOUNDS[sound][1]) for sound in word)
            article = self.chance.choice(("Al-", "Al ", "al-", "El-")) if has_article else ""
            parts.append(article + letters.capitalize())
        parts += [DIRECTIONS[name.direction][1]] if name.direction is not None else []
        parts.append(KINDS[name.kind][1])
        parts += [f"No. {name.number}"] if name.number else []
        return " ".join(parts)

    def mistyped(self, text: str, times: int) -> str:
        """The text with so many slips: a letter left out, doubled, another, swapped with the next, or put in.

        One in ten is a space left out.
        """
        alphabet = _LETTERS["Arab" if any("ء" <= letter <= "ي" for letter in text) else "Latn"]
        for _ in range(times):
            spaces = [at for at, letter in enumerate(text) if letter == " "]
            if spaces and self.chance.random() < 0.1:
                at = self.chance.choice(spaces)
                text = text[:at] + text[at + 1 :]
                continue
            at = self.chance.choice([at for at, letter in enumerate(text) if at and letter != " "])
            here, after, new = text[at], text[at + 1 : at + 2], self.chance.choice(alphabet)
            swapped = after + here if after.strip() else here
            slip = self.chance.choice(("", here * 2, new, swapped, new + here))
            text = text[:at] + slip + text[at + (2 if slip is swapped and after.strip() else 1) :]
        return text
