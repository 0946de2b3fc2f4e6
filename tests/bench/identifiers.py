"""Identifiers as people tell them: how many the rules cover whole, by kind and by language.

`python tests/bench/identifiers.py`

The sentences in `tests/bench/identifiers` are by a writer who had read no rule, half of them in
ways that a writer of rules would forget. Nobody who works on the rules reads them: only the totals
are looked at. Those that were read are in `tests/filtering/privacy/written_identifiers`. A line is
a kind and a sentence, the identifier in angle brackets; "-" stands for one that identifies nobody.
"""

import argparse
import re
import sys
from collections import defaultdict
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


from pipelines.filtering.privacy.rules import IdentifierRules

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
        told = [line.split("\t", 1) for line in file.read_text("utf-8").splitlines()]
        texts = [re.sub("[<>]", "", said) for _, said in told]
        for (kind, said), text, found in zip(told, texts, rules.find(texts), strict=True):
            telling = re.search("<([^>]*)>", said)
            if telling is None:
                false[file.stem].append(bool(found))
                continue
            hidden = {place for f in found or () for place in range(f.start, f.end)}
            needed = range(telling.start(), telling.start() + len(telling[1]))
            is_covered = {place for place in needed if text[place].isalnum()} <= hidden
            kinds[kind].append(is_covered)
            languages[file.stem].append(is_covered)
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
