"""Identifiers as people tell them: how many the rules cover whole, by kind and by language.

`python tests/bench/identifiers.py`

The sentences in `tests/bench/identifiers` are by a writer who had read no rule, half of them in
ways that a writer of rules would forget. Nobody who works on the rules reads them: only the totals
are looked at. Those that were read are in `tests/filtering/privacy/written_identifiers`.
"""

import argparse
import sys
from collections import defaultdict
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


from pipelines.filtering.privacy.rules import IdentifierRules
from tests.filtering.bracketed import judge

_FOLDER = Path(__file__).parent / "identifiers"
Counts = dict[str, list[bool]]


def main() -> None:
    """Measure every file of a folder and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=Path, default=_FOLDER, help="folder of CODE.txt")
    folder = parser.parse_args().sentences
    rules = IdentifierRules()
    kinds, languages, false = (defaultdict[str, list[bool]](list) for _ in range(3))
    for file in sorted(folder.glob("*.txt")):
        for kind, is_so in judge(file, rules):
            if kind == "-":
                false[file.stem].append(is_so)
            else:
                kinds[kind].append(is_so)
                languages[file.stem].append(is_so)
    _print("kind", {"covered whole": kinds})
    _print("language", {"covered whole": languages, "something found, no identifier": false})


def _print(of: str, columns: dict[str, Counts]) -> None:
    print(f"\n| {of} | {' | '.join(columns)} |\n|---{'|---' * len(columns)}|")
    names = list(next(iter(columns.values())))
    for name in [*names, "all"]:
        cells = []
        for counts in columns.values():
            of_name = [*chain(*counts.values())] if name == "all" else counts[name]
            cells.append(f"{sum(of_name) / max(1, len(of_name)):.2f} ({len(of_name)})")
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
