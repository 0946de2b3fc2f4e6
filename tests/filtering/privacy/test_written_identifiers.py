"""Two thousand sentences by writers who had read no rule: what identifies is covered whole.

When the second of them was read first, .66 of its 510 identifiers were covered (.53 by the rules
before); both have since been used to mend kinds of misses.
"""

from pathlib import Path

import pytest

from pipelines.filtering.privacy.rules import IdentifierRules
from tests.filtering.bracketed import judge

FOLDER = Path(__file__).parent / "written_identifiers"
RULES = IdentifierRules()
RECALL_MIN, FALSE_MAX = 0.87, 0.03


@pytest.mark.parametrize("code", sorted(file.stem for file in FOLDER.glob("*.txt")))
def test_what_strangers_wrote_is_covered_in_each_language(code: str) -> None:
    """And numbers that only look like it are left."""
    judged = list(judge(FOLDER / f"{code}.txt", RULES))
    covered = [is_so for kind, is_so in judged if kind != "-"]
    false = [is_so for kind, is_so in judged if kind == "-"]

    assert sum(covered) / len(covered) >= RECALL_MIN
    assert sum(false) / len(false) <= FALSE_MAX
