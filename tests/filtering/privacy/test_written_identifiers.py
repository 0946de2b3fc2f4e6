"""Two thousand sentences by writers who had read no rule: what identifies is covered whole.

When the second of them was read first, .66 of its 510 identifiers were covered (.53 by the rules
before); both have since been used to mend kinds of misses. A line is a kind and a sentence, the
identifier in angle brackets; "-" stands for one that identifies nobody.
"""

import re
from pathlib import Path

import pytest

from pipelines.filtering.privacy.rules import IdentifierRules

FOLDER = Path(__file__).parent / "written_identifiers"
RULES = IdentifierRules()
RECALL_MIN, FALSE_MAX = 0.87, 0.03


@pytest.mark.parametrize("code", sorted(file.stem for file in FOLDER.glob("*.txt")))
def test_what_strangers_wrote_is_covered_in_each_language(code: str) -> None:
    """And numbers that only look like it are left."""
    told = [
        line.split("\t", 1) for line in (FOLDER / f"{code}.txt").read_text("utf-8").splitlines()
    ]
    texts = [re.sub("[<>]", "", said) for _, said in told]
    covered, false = list[bool](), list[bool]()
    for (_, said), text, found in zip(told, texts, RULES.find(texts), strict=True):
        telling = re.search("<([^>]*)>", said)
        if telling is None:
            false.append(bool(found))
            continue
        hidden = {place for f in found or () for place in range(f.start, f.end)}
        needed = range(telling.start(), telling.start() + len(telling[1]))
        covered.append({place for place in needed if text[place].isalnum()} <= hidden)

    assert sum(covered) / len(covered) >= RECALL_MIN
    assert sum(false) / len(false) <= FALSE_MAX
