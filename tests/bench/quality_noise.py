"""Noise that a quality score must rate low: random keys, shuffled letters, repetition, adverts."""

from collections.abc import Callable, Sequence
from random import Random

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NOTHING = ("ok", "😀😀", "...", "hm", "?", "lol", "123", "k", "a a a")
_TEMPLATES = (
    "[INSERT NAME] wants [INSERT TOPIC] by [INSERT DATE]. {text}",
    "{{{{user}}}} said to {{{{char}}}}: {{{{message}}}}",
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor.",
    "Dear [CUSTOMER NAME], your [PRODUCT] is ready. {text} [SIGNATURE]",
)
_ADVERTS = (
    "BUY NOW!!! cheap watches http://w.example/{n} click here www.shop.example",
    "follow me at http://a.example and get {n} free coins http://b.example {text}",
    "CLICK HERE >>> www.win.example <<< YOU WON {n} DOLLARS CLICK HERE",
    "{text} https://x.example/{n} https://y.example/{n} https://z.example/{n}",
)


def make_noise(texts: Sequence[str], seed: int) -> list[tuple[str, str]]:
    """Return one (kind, text) of every kind for each real text, the same for the same seed."""
    chance = Random(seed)  # noqa: S311 reason: no secret, a bench that can be repeated
    return [(kind, make(text, chance)) for kind, make in _KINDS.items() for text in texts]


def _mash(_: str, chance: Random) -> str:
    words = chance.randrange(1, 6)
    return " ".join(
        "".join(chance.choices(chance.choice(_ROWS), k=chance.randrange(4, 11)))
        for _ in range(words)
    )


def _shuffle(text: str, chance: Random) -> str:
    return " ".join("".join(chance.sample(word, len(word))) for word in text[:200].split())


def _repeat(text: str, chance: Random) -> str:
    words = text.split()[: chance.randrange(1, 5)]
    return " ".join(words * chance.randrange(6, 20))


def _fill(text: str, chance: Random) -> str:
    return chance.choice(_TEMPLATES).format(text=text[:40])


def _advertise(text: str, chance: Random) -> str:
    return chance.choice(_ADVERTS).format(text=text[:40], n=chance.randrange(999))


def _say_nothing(_: str, chance: Random) -> str:
    return chance.choice(_NOTHING)


_KINDS: dict[str, Callable[[str, Random], str]] = {
    "mashed keys": _mash,
    "shuffled letters": _shuffle,
    "repetition": _repeat,
    "template": _fill,
    "advert": _advertise,
    "nothing said": _say_nothing,
}
