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
    (r"tch|sch|sh|ch", "C"),  # ch is the French habit: Achrafieh, Chatila
    (r"kh", "X"),
    (r"gh", "G"),
    (r"ph", "f"),
    (r"dj", "j"),
    (r"th", "t"),
    (r"dh", "d"),
    (r"ck", "k"),
    (r"c(?=[eiy])", "s"),
    (r"x", "ks"),
    (r"[cq]", "k"),
    (r"p", "b"),
    (r"v", "f"),
    (r"(.)\1+", r"\1"),
    (r"ou?(?=[aei])", "w"),  # Souaida, Kouweires
    (r"i(?=[ae]h?$)", "iy"),  # Zawia, Zahrieh
    (r"(?<=[aeiou])h$", ""),  # Hamah, Atmeh
)
"""Regular expressions on a Latin word in small letters -> what stands in the key, in this order."""

SUN_LETTERS = ("sh", "th", "dh", "s", "r", "n", "t", "d", "z", "l")
"""What the l of the article becomes before: ash-Shifa, ar-Raqqa."""
