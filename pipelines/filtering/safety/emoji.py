"""Emoji in words: a model that has no sign for 🐒 reads "monkey"."""

import unicodedata
from functools import cache

import polars as pl

_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_BLOCKS = (range(0x2190, 0x2C00), range(0x3297, 0x329A, 2), range(0x1F000, 0x1FB00))
_KINDS = {"So", "Sk", "Sm"}
# Rust's class of the same blocks, and of what joins and colours them.
EMOJI = r"[\u2190-\u2bff\u3297\u3299\x{1F000}-\x{1FAFF}]"
_TRIMMINGS = r"[\u200d\u20e3\ufe0e\ufe0f]"
_SKIN = {"1-2": "light", "3": "light", "4": "brown", "5": "dark", "6": "dark"}
# Signs of several code points that say together what none says alone, and signs whose Unicode name
# hides what people say with them.
_SKIN_TONE = "[\U0001f3fb-\U0001f3ff]?"
_IN_LOVE = r"\u200d\u2764\ufe0f?\u200d(?:\x{1F48B}\u200d)?"
_JOINT = {
    r"\x{1F3F3}\ufe0f?\u200d\x{1F308}": " gay pride flag ",
    r"\x{1F3F3}\ufe0f?\u200d\u26a7": " transgender flag ",
    rf"\x{{1F468}}{_SKIN_TONE}{_IN_LOVE}\x{{1F468}}": " gay men in love ",
    rf"\x{{1F469}}{_SKIN_TONE}{_IN_LOVE}\x{{1F469}}": " lesbian women in love ",
    r"\u200d\u2640": " woman ",
    r"\u200d\u2642": " man ",
}
_SAID = {
    "\U0001f9d5": "muslim woman with headscarf",
    "\U0001f54c": "mosque of muslims",
    "\u262a": "islam muslim",
    "\U0001f54b": "kaaba of muslims",
    "\u2721": "jewish star",
    "\U0001f54d": "synagogue of jews",
    "\U0001f54e": "jewish menorah",
    "\U0001f549": "hindu om",
    "\U0001f6d5": "hindu temple",
    "\u271d": "christian cross",
    "\U0001f473": "person with turban",
    "\U0001f472": "chinese man with cap",
    "\U0001f46c": "gay men holding hands",
    "\U0001f46d": "lesbian women holding hands",
    "\u267f": "disabled wheelchair",
    "\U0001f9bd": "disabled wheelchair",
    "\U0001f9bc": "disabled wheelchair",
    "\U0001f9cf": "deaf person",
    "\U0001f9af": "blind cane",
    "\U0001f468": "man",
    "\U0001f469": "woman",
    "\U0001f9d1": "person",
    "\U0001f595": "fuck you middle finger",
    "\U0001f92e": "vomiting disgusting",
    "\U0001f922": "nauseated disgusting",
    "\U0001f92c": "swearing angry",
    "\U0001f621": "very angry",
    "\U0001f620": "angry",
    "\U0001f644": "rolling eyes annoyed",
    "\U0001f602": "laughing",
    "\U0001f923": "laughing",
    "\U0001f60d": "loving",
    "\U0001f970": "loving",
    "\u2764": "love heart",
    "\U0001f44d": "good",
    "\U0001f44e": "bad",
    "\U0001f44f": "bravo clapping",
    "\U0001f64f": "thanks praying",
    "\u274c": "no cross out",
    "\U0001f6ab": "forbidden no",
    "\U0001f5d1": "trash",
    "\U0001f4a9": "shit",
    "\U0001f52b": "gun",
    "\U0001f62d": "crying",
    "\U0001f480": "dead skull",
    "\U0001f937": "shrug",
    "\U0001f926": "facepalm",
}
_COUNTRIES = (
    "AF afghan/AR argentinian/AU australian/BD bangladeshi/BR brazilian/CA canadian/CN chinese"
    "/CO colombian/CU cuban/DE german/EG egyptian/ES spanish/FR french/GB british/GR greek"
    "/HT haitian/IE irish/IL israeli/IN indian/IQ iraqi/IR iranian/IT italian/JM jamaican"
    "/JP japanese/KE kenyan/KP north korean/KR korean/MA moroccan/MX mexican/NG nigerian"
    "/PK pakistani/PL polish/PS palestinian/RO romanian/RU russian/SA saudi arabian/SO somali"
    "/SY syrian/TR turkish/TW taiwanese/UA ukrainian/US american/VE venezuelan/VN vietnamese"
    "/ZA south african"
)
_DULL = {"face", "with", "sign", "symbol", "of", "and", "emoji", "black", "white", "heavy"}


@cache
def emoji_names() -> dict[str, str]:
    """Return every emoji with its words behind it, between spaces; a flag's letter is a letter.

    `black` and `white` in a name tell how it is printed, not a colour, and would be taken for
    people.
    """
    signs = (chr(code) for block in _BLOCKS for code in block)
    named = {
        sign: unicodedata.name(sign, "") for sign in signs if unicodedata.category(sign) in _KINDS
    }
    words = {
        sign: f" {sign} {_SAID.get(sign) or _shorten(name)} "
        for sign, name in named.items()
        if name
    }
    return words | {chr(code): chr(code - 0x1F1E6 + ord("a")) for code in _FLAG_LETTERS}


@cache
def flag_names() -> dict[str, str]:
    """Return the flags of some countries with the word for their people."""
    pairs = (entry.partition(" ") for entry in _COUNTRIES.split("/"))
    return {"".join(map(_flag_letter, code)): f" {people} flag " for code, _, people in pairs}


def _flag_letter(letter: str) -> str:
    return chr(ord(letter) - ord("A") + _FLAG_LETTERS[0])


def _shorten(name: str) -> str:
    if name.startswith("EMOJI MODIFIER"):
        return f"{_SKIN[name.rsplit('TYPE-', 1)[1]]} skin"
    words = name.lower().replace("-", " ").split()
    return " ".join([word for word in words if word not in _DULL] or words)


def spell_emoji(text: pl.Expr) -> pl.Expr:
    """Return text whose emoji are words; one inside a word (`f❤ggot`) is a letter and goes."""
    for signs, words in _JOINT.items():
        text = text.str.replace_all(signs, words)
    bare = text.str.replace_all(_TRIMMINGS, "")
    inside = bare.str.replace_all(rf"(\p{{L}}){EMOJI}(\p{{L}})", "$1$2")
    return inside.str.replace_many(flag_names()).str.replace_many(emoji_names())
