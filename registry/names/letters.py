"""What letters become in a search key, as data.

A key keeps what survives a trip between Arabic and Latin spelling: the consonants, with the Arabic ones that Latin
letters do not tell apart (ت and ط, س and ص) under one letter, and neither short nor long vowels. The capitals C, X
and G are sounds written with two Latin letters (see `TWO_LETTERS`).
"""

TWO_LETTERS = {"C": "sh", "X": "kh", "G": "gh"}
"""A sound in these tables -> how the key spells it."""

ARABIC = {
    **dict.fromkeys("بپ", "b"),
    **dict.fromkeys("تطثټ", "t"),
    **dict.fromkeys("جچژ", "j"),
    **dict.fromkeys("حهھہە", "h"),
    "خ": "X",
    **dict.fromkeys("دضذڈ", "d"),
    **dict.fromkeys("رڕ", "r"),
    **dict.fromkeys("زظ", "z"),
    **dict.fromkeys("سص", "s"),
    "ش": "C",
    "غ": "G",
    **dict.fromkeys("فڤ", "f"),
    **dict.fromkeys("قكک", "k"),
    "گ": "g",
    **dict.fromkeys("لڵ", "l"),
    "م": "m",
    "ن": "n",
    **dict.fromkeys("وۆۇ", "w"),
    **dict.fromkeys("يیېێ", "y"),
    **dict.fromkeys("اعءىةٱ", ""),
}
"""Arabic, Persian and Kurdish letters, once their hamzas and diacritics are off."""

WEAK_BEFORE = {"و": "ايیة", "ي": "اوة", "ی": "اوة"}
"""Waw and ya are consonants (Zawiya, Hweija) before these letters, and vowels (Nur, Idlib) elsewhere in a word."""

LATIN_SPELLINGS = (
    ("h", r"tch|sch|sh|ch", "C"),  # ch is the French habit: Achrafieh, Chatila
    ("h", r"kh", "X"),
    ("h", r"gh", "G"),
    ("h", r"ph", "f"),
    ("j", r"dj", "j"),
    ("h", r"th", "t"),
    ("h", r"dh", "d"),
    ("c", r"ck", "k"),
    ("c", r"c(?=[eiy])", "s"),
    ("x", r"x", "ks"),
    ("c", r"c", "k"),
    ("q", r"q", "k"),
    ("p", r"p", "b"),
    ("v", r"v", "f"),
    ("", r"(.)\1+", r"\1"),
    ("o", r"ou?(?=[aei])", "w"),  # Souaida, Kouweires
    ("i", r"i(?=[ae]h?$)", "iy"),  # Zawia, Zahrieh
    ("h", r"(?<=[aeiou])h$", ""),  # Hamah, Atmeh
)
"""Regular expressions on a Latin word in small letters -> what stands in the key, in this order; before each a letter
without which it finds nothing, since most words have few of these."""

SUN_LETTERS = ("sh", "th", "dh", "s", "r", "n", "t", "d", "z", "l")
"""What the l of the article becomes before: ash-Shifa, ar-Raqqa."""
