"""The plan of a night, drawn before any text is written: what is planted in which chat."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipelines.demo.chance import chance_for

_SHARES = {"malformed": 0.015, "privacy": 0.03, "unsafe": 0.03, "near_duplicate": 0.08}
_SCORED_SHARE = 0.60
_LEVELS = {"low": 0.40, "medium": 0.35, "high": 0.25}
_RARE_FROM = 10  # malformed rows; below that a night has no room for the costly ones


class Defect(StrEnum):
    """What is wrong with a malformed row; named like intake's reasons."""

    UNKNOWN_ROLE = "unknown_role"
    NULL_CONTENT = "null_content"
    NO_MESSAGES = "no_messages"
    NO_USER_TURN = "no_user_turn"
    DUPLICATE_ID = "duplicate_id"
    EMPTY_CONTENT = "empty_content"
    UNKNOWN_SOURCE = "unknown_source"
    ID_TOO_LONG = "id_too_long"
    IMPLAUSIBLE_TIME = "implausible_time"
    TOO_MANY_MESSAGES = "too_many_messages"


_RARE = (Defect.ID_TOO_LONG, Defect.IMPLAUSIBLE_TIME, Defect.TOO_MANY_MESSAGES)
_COMMON = tuple(defect for defect in Defect if defect not in _RARE)


@dataclass(frozen=True, slots=True)
class PlantingPlan:
    """Places of the plants, by the conversation's index.

    Attributes:
        defects: malformed rows and what is wrong with them.
        copied_ids: rows with the defect `duplicate_id`, each with the index whose id it takes.
        privacy: rows that hold an identifier.
        unsafe: rows that hold an unsafe text.
        near_duplicates: each with the place in `clean` of the row whose prompt it repeats.
        clean: rows without any of these, in a seeded order.
        levels: planted difficulty of the rows that have reward scores.
    """

    defects: Mapping[int, Defect]
    copied_ids: Mapping[int, int]
    privacy: frozenset[int]
    unsafe: frozenset[int]
    near_duplicates: Mapping[int, int]
    clean: Sequence[int]
    levels: Mapping[int, str]

    def originals(self, index: int) -> Iterator[int]:
        """Yield the rows whose prompt may be repeated: the planned row, then other clean ones."""
        first = self.near_duplicates[index]
        yield from (self.clean[(first + step) % len(self.clean)] for step in range(len(self.clean)))


def draw_plan(conversations: int, seed: int, night: str) -> PlantingPlan:
    """Draw the plan of a night of n conversations; shares hold up to rounding.

    No row is more than one of malformed, private, unsafe and near-duplicate.
    """
    chance = chance_for(seed, night, "plan")
    order = chance.sample(range(conversations), k=conversations)
    cuts = _cut(conversations)
    malformed, privacy, unsafe, repeating, clean = (order[start:end] for start, end in cuts)
    defects, copied_ids = _draw_defects(malformed)
    return PlantingPlan(
        defects=defects,
        copied_ids=copied_ids,
        privacy=frozenset(privacy),
        unsafe=frozenset(unsafe),
        near_duplicates={index: _draw_original(len(clean), chance) for index in repeating},
        clean=clean,
        levels=_draw_levels([*privacy, *unsafe, *repeating, *clean], chance),
    )


def _cut(conversations: int) -> Iterator[tuple[int, int]]:
    start = 0
    for share in _SHARES.values():
        end = start + round(share * conversations)
        yield start, end
        start = end
    yield start, conversations


def _draw_original(clean_rows: int, chance: random.Random) -> int:
    """Draw whose prompt is repeated; early places come more often, some of them twice or more."""
    return int(clean_rows * chance.random() ** 1.5)


def _draw_defects(malformed: Sequence[int]) -> tuple[dict[int, Defect], dict[int, int]]:
    rare = _RARE if len(malformed) >= _RARE_FROM else ()
    defects = dict(zip(malformed, rare, strict=False))
    copied_ids: dict[int, int] = {}
    rest = iter(malformed[len(rare) :])
    for number, index in enumerate(rest):
        defects[index] = _COMMON[number % len(_COMMON)]
        if defects[index] is Defect.DUPLICATE_ID:
            copy = next(rest, None)
            if copy is None:
                defects[index] = Defect.UNKNOWN_ROLE
            else:
                defects[copy], copied_ids[copy] = Defect.DUPLICATE_ID, index
    return defects, copied_ids


def _draw_levels(candidates: Sequence[int], chance: random.Random) -> dict[int, str]:
    scored = chance.sample(sorted(candidates), k=round(_SCORED_SHARE * len(candidates)))
    levels = chance.choices(list(_LEVELS), list(_LEVELS.values()), k=len(scored))
    return dict(zip(scored, levels, strict=True))
