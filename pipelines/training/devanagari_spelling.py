"""Hindi in Latin letters, spelt in Devanagari: the public hate sets hold romanised Hindi only."""

import re

_CONSONANTS = {
    "chh": "छ", "ksh": "क्ष", "kh": "ख", "gh": "घ", "ch": "च", "jh": "झ", "th": "थ", "dh": "ध",
    "ph": "फ", "bh": "भ", "sh": "श", "gy": "ज्ञ", "k": "क", "g": "ग", "c": "क", "j": "ज",
    "z": "ज", "t": "त", "d": "द", "n": "न", "p": "प", "f": "फ", "b": "ब", "m": "म", "y": "य",
    "r": "र", "l": "ल", "v": "व", "w": "व", "s": "स", "h": "ह", "q": "क", "x": "क्स",
}  # fmt: skip
# Vowel → (letter at the start of a word or after a vowel, sign after a consonant).
_VOWELS = {
    "aa": ("आ", "ा"), "ai": ("ऐ", "ै"), "au": ("औ", "ौ"), "ee": ("ई", "ी"), "ii": ("ई", "ी"),
    "oo": ("ऊ", "ू"), "uu": ("ऊ", "ू"), "a": ("अ", ""), "i": ("इ", "ि"), "u": ("उ", "ु"),
    "e": ("ए", "े"), "o": ("ओ", "ो"),
}  # fmt: skip
_AT_THE_END = {"a": "ा", "i": "ी", "u": "ू"}
_SOUNDS = re.compile("|".join(sorted([*_CONSONANTS, *_VOWELS], key=len, reverse=True)))
_WORD = re.compile("[A-Za-z]+")


def spell_in_devanagari(text: str) -> str:
    """Return text with its Latin words spelt in Devanagari by sound, roughly as a keyboard does.

    What is no letter a to z stays. A vowel between consonants that is not written is not known from
    the Latin spelling, so two consonants side by side are joined.
    """
    return _WORD.sub(lambda word: _spell_word(word[0].lower()), text)


def _spell_word(word: str) -> str:
    spelt: list[str] = []
    bare = False  # whether a consonant without a vowel came last
    for sound in _SOUNDS.finditer(word):
        said = sound[0]
        if said in _CONSONANTS:
            spelt += ["्"] * bare + [_CONSONANTS[said]]
            bare = True
        else:
            letter, sign = _VOWELS[said]
            at_the_end = sound.end() == len(word) and len(word) > 1
            spelt.append((_AT_THE_END.get(said, sign) if at_the_end else sign) if bare else letter)
            bare = False
    return "".join(spelt)
