"""Phase I by language on our own sentences: a table per set, each share with its n.

`python tests/bench/phase_one.py [--sentences DIR ...] [--cases ../shared/cases]
    [--languages en de] [--misses FILE]`

A set is a folder of `CODE.tsv` (kind, label, text, cover), written by people who had not read the
rules, the lexicons or the training sentences. Two are measured by default:

- `phase_one/read`: its misses were read, and rules and cuts were mended by what they showed. Its
  figures are too good.
- `phase_one/unseen`: nobody who works on the rules has read it. Its figures are the honest ones.
  Who mends a rule by one of these sentences moves the file to `read` and writes another.

Each sentence goes through the models of `conf/models.yaml` and the default policy, as a night's
prompt does. With `--cases`, single inputs that failed once are printed at the end. Stopped =
dropped or sent to a person by the phase that the sentence is about. Names, addresses and
identifiers: no letter or digit of the string to hide is left; `:part` = some of it is hidden.
`no_name`: a person found in a sentence of words that are names too, without one.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import polars as pl

from pipelines.filtering.facts import SampleFacts, SampleTexts, Scorers, gather_sample_facts
from pipelines.filtering.policy import PhaseOneLimits, decide_phase_one
from pipelines.filtering.privacy.policy import types_that_count
from pipelines.models.answers import SafetyScore
from pipelines.models.registry import load_model, read_registry

_FOLDER = Path(__file__).parent / "phase_one"
_SETS = (_FOLDER / "read", _FOLDER / "unseen")
_PERSONS = ("PERSON",)
_PLACES = ("STREET_ADDRESS",)
_HARMLESS = ("everyday", "identity", "fiction", "lookalike_harm")
_TO_HIDE = ("name", "address", "identifier")
_COLUMNS = (
    *(f"harm:{label}" for label in (
        "threat", "self_harm", "violence", "hate", "harassment", "doxxing", "weapons", "drugs",
        "sexual_minors",
    )),
    "harm", *_HARMLESS, "everyday:person", "no_name",
    *(column for kind in _TO_HIDE for column in (kind, f"{kind}:part")),
    "lookalike_number", "language",
)  # fmt: skip
Counts = Mapping[str, Mapping[str, tuple[int, int]]]
"""Per language and column: hits and n."""


@dataclass
class LabelledText:
    """A sentence, or a few messages, and what became of it."""

    kind: str
    label: str
    messages: Sequence[tuple[str, str]]
    covers: Sequence[str] = ()
    spans: list[tuple[int, str, int, int]] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    language: str = ""

    @property
    def text(self) -> str:
        """All messages in one line."""
        return " / ".join(content for _, content in self.messages)

    def is_stopped(self) -> bool:
        """Say whether safety dropped it or asks a person, whatever privacy said."""
        return self.outcomes["safety"] != "keep"

    def is_covered(self) -> bool:
        """Say whether none of the strings to hide is left in what would be published."""
        return all(self._covers(part) for part in self.covers)

    def is_found(self) -> bool:
        """Say whether of each string to hide a part at least is hidden."""
        return all(self._covers(part, whole=False) for part in self.covers)

    def has(self, types: Sequence[str]) -> bool:
        """Say whether any finding is of the types; none given = any at all."""
        return any(not types or kind in types for _, kind, _, _ in self.spans)

    def _covers(self, part: str, *, whole: bool = True) -> bool:
        for number, (_, content) in enumerate(self.messages):
            at = content.find(part)
            if at < 0:
                continue
            hidden = {
                p for m, _, start, end in self.spans if m == number for p in range(start, end)
            }
            places = {at + k for k, sign in enumerate(part) if sign.isalnum()}
            return places <= hidden if whole else not places.isdisjoint(hidden)
        return False


def run(told: Sequence[LabelledText]) -> None:
    """Fill in what Phase I finds in each and decides of it."""
    registry = read_registry(None)
    head = load_model(registry["encoder_head"])
    scorers = Scorers(
        privacy={name: load_model(registry[name]) for name in ("rules", "ner")},
        rescan="rules",
        safety={name: load_model(registry[name]) for name in ("critical_rules", "fasttext_safety")},
        language=load_model(registry["language"]),
        quality=load_model(registry["quality"]),
        seconds_per_text=5.0,
        but_prompt=frozenset(head.combines),
    )
    texts = [
        SampleTexts([c for _, c in t.messages], [r for r, _ in t.messages], None, len(t.messages))
        for t in told
    ]
    facts = gather_sample_facts(texts, scorers)
    prompts = [f.messages[-1] if f.messages else "" for f in facts]
    judged = head.score(prompts)
    limits = PhaseOneLimits()
    rows = [
        _row(number, f, score) for number, (f, score) in enumerate(zip(facts, judged, strict=True))
    ]
    table = pl.DataFrame(
        rows, schema_overrides={"confidence": pl.Float64, "review": pl.String}
    ).with_columns(entity_types=types_that_count(pl.col("found"), limits.privacy))
    for name in ("privacy", "safety", "language"):
        for number, reason, outcome in _decide_alone(table, limits, name):
            told[number].reasons[name] = reason
            told[number].outcomes[name] = outcome
    for t, f in zip(told, facts, strict=True):
        t.language = f.language.language if f.language else "failed"
        t.spans = [
            (index, found.entity_type, found.start, found.end)
            for findings in f.findings.values()
            for index, found in findings or ()
        ]


def _decide_alone(
    table: pl.DataFrame, limits: PhaseOneLimits, phase: str
) -> Iterable[tuple[int, str, str]]:
    """Yield number, reason, outcome of a phase for every row, as if earlier phases had kept it."""
    clean = {
        "privacy": [
            pl.lit([], dtype=pl.List(pl.String)).alias("entity_types"),
            pl.lit(value=True).alias("redacted"),
        ]
    }
    asked = table if phase == "privacy" else table.with_columns(clean["privacy"])
    if phase == "language":
        calm = pl.col("safety").list.eval(pl.element().struct.with_fields(unsafe=pl.lit(0.0)))
        asked = asked.with_columns(safety=calm)
    decided = decide_phase_one(asked, limits).filter(pl.col("phase") == phase)
    for row in decided.iter_rows(named=True):
        yield int(row["sample_id"]), row["reason"], row["outcome"]


def _row(number: int, facts: SampleFacts, score: SafetyScore | None) -> dict[str, object]:
    scores = [
        {"model": name, "unsafe": None if s is None else s.unsafe}
        for name, s in facts.safety.items()
    ]
    scores.append({"model": "encoder_head", "unsafe": None if score is None else score.unsafe})
    found = None
    if facts.found is not None:
        found = [{"entity_type": name, "score": value} for name, value in facts.found.items()]
    return {
        "sample_id": str(number),
        "conversation_id": str(number),
        "found": found,
        "redacted": facts.redacted,
        "safety": scores,
        "language": facts.language.language if facts.language else None,
        "confidence": facts.language.confidence if facts.language else None,
        "review": None,
    }


def read_sentences(file: Path) -> list[LabelledText]:
    """Return the sentences of a language."""
    rows = [
        line.split("\t")
        for line in file.read_text(encoding="utf-8").splitlines()[1:]
        if line.strip()
    ]
    return [
        LabelledText(kind, label, [("user", text)], [part for part in cover.split("|") if part])
        for kind, label, text, cover in ((*row, "", "")[:4] for row in rows)
    ]


def read_cases(folder: Path) -> list[tuple[str, LabelledText]]:
    """Return the single cases of a folder of JSON lines, each with its id."""
    cases = []
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if "messages" in case:
                messages = [(m["role"], m["content"]) for m in case["messages"]]
                cases.append(
                    (
                        case["id"],
                        LabelledText(file.stem, case["kind"], messages, case.get("must_cover", ())),
                    )
                )
    return cases


def is_right(told: LabelledText) -> bool:
    """Say whether a case came out as it should."""
    if told.covers:
        return told.is_covered() or told.outcomes["privacy"] == "drop"
    if told.kind == "safety_missed":
        return told.is_stopped()
    if told.kind == "safety_false_alarm":
        return not told.is_stopped()
    if told.kind == "language_by_name":
        return told.language == "en"
    return not told.spans


def measure(told: Sequence[LabelledText], code: str) -> dict[str, tuple[int, int]]:
    """Return per column hits and n: harm stopped, harmless stopped, names covered, and so on."""
    counts: dict[str, list[bool]] = {}
    for t in told:
        if t.kind == "harm":
            counts.setdefault(f"harm:{t.label}", []).append(t.is_stopped())
            counts.setdefault("harm", []).append(t.is_stopped())
        elif t.kind in _HARMLESS:
            counts.setdefault(t.kind, []).append(t.is_stopped())
        elif t.kind in _TO_HIDE:
            counts.setdefault(t.kind, []).append(t.is_covered())
            counts.setdefault(f"{t.kind}:part", []).append(t.is_found())
        elif t.kind == "no_name":
            counts.setdefault("no_name", []).append(t.has(_PERSONS))
        elif t.kind == "lookalike_number":
            counts.setdefault("lookalike_number", []).append(t.has(()))
        if t.kind == "everyday":
            counts.setdefault("everyday:person", []).append(t.has(_PERSONS))
            counts.setdefault("language", []).append(t.language == code.partition("-")[0])
    return {name: (sum(hits), len(hits)) for name, hits in counts.items()}


def is_wrong(told: LabelledText) -> bool:
    """Say whether a sentence came out otherwise than its writer meant."""
    if told.kind == "harm":
        return not told.is_stopped()
    if told.kind in _HARMLESS:
        return told.is_stopped()
    if told.kind in _TO_HIDE:
        return not told.is_covered()
    return told.has(_PERSONS if told.kind == "no_name" else ())


def main() -> None:
    """Print the tables."""
    options = _options()
    sets = {folder: _read_set(folder, options.languages) for folder in options.sentences}
    cases = read_cases(options.cases) if options.cases else []
    sentences = [t for by_code in sets.values() for told in by_code.values() for t in told]
    run(sentences + [t for _, t in cases])
    measured = {
        folder: {code: measure(told, code) for code, told in by_code.items()}
        for folder, by_code in sets.items()
    }
    for folder, by_code in measured.items():
        print(f"\n{folder.name}: {sum(map(len, sets[folder].values()))} sentences\n")
        _print_table(by_code)
    _print_cases(cases)
    if options.write_coverage:
        write_coverage(options.write_coverage, _add_up(measured.values()))
    if options.misses:
        _write_misses(options.misses, sets)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sentences", type=Path, nargs="+", default=_SETS, help="folders of CODE.tsv"
    )
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--languages", nargs="+")
    parser.add_argument("--misses", type=Path, help="write what came out wrong to this file")
    parser.add_argument(
        "--write-coverage",
        type=Path,
        help="write pipelines/proven_languages.yaml anew, by both sets together",
    )
    options = parser.parse_args()
    if options.write_coverage and (options.languages or options.sentences != _SETS):
        parser.error("--write-coverage needs all sentences: leave --languages, --sentences out")
    return options


def _read_set(folder: Path, languages: Sequence[str] | None) -> dict[str, list[LabelledText]]:
    files = [f for f in sorted(folder.glob("*.tsv")) if not languages or f.stem in languages]
    if not files:
        sys.exit(f"{folder}: no CODE.tsv of the languages that are asked for")
    return {file.stem: read_sentences(file) for file in files}


def _print_table(by_code: Counts) -> None:
    totals = _add_up({"all": found} for found in by_code.values())
    columns = [name for name in _COLUMNS if name in totals["all"]]
    print("| language |", " | ".join(columns), "|")
    print("|---" * (len(columns) + 1) + "|")
    for code, found in {**by_code, **totals}.items():
        print(f"| {code} |", " | ".join(_show(found.get(name)) for name in columns), "|")


def _add_up(parts: Iterable[Counts]) -> dict[str, dict[str, tuple[int, int]]]:
    """Return hits and n over several counts of the same languages."""
    totals: dict[str, dict[str, tuple[int, int]]] = {}
    for part in parts:
        for code, found in part.items():
            total = totals.setdefault(code, {})
            for name, (hits, n) in found.items():
                before = total.get(name, (0, 0))
                total[name] = (before[0] + hits, before[1] + n)
    return totals


def _print_cases(cases: Sequence[tuple[str, LabelledText]]) -> None:
    for name in dict.fromkeys(t.kind for _, t in cases):
        mine = [(id_, is_right(t)) for id_, t in cases if t.kind == name]
        wrong = [id_ for id_, right in mine if not right]
        print(
            f"cases {name}: {len(mine) - len(wrong)} of {len(mine)} right; wrong: "
            f"{', '.join(wrong) or '-'}"
        )


def _write_misses(file: Path, sets: Mapping[Path, Mapping[str, Sequence[LabelledText]]]) -> None:
    lines = [
        f"{code}\t{t.kind}\t{t.label}\t{t.text}\t{'|'.join(t.covers)}\t{t.reasons}\t"
        f"{[(kind, start, end) for _, kind, start, end in t.spans]}"
        for by_code in sets.values()
        for code, told in by_code.items()
        for t in told
        if is_wrong(t)
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_coverage(file: Path, by_code: Counts) -> None:
    """Write harm found and everyday talk passed of each language; the lines above them stay."""
    head = file.read_text(encoding="utf-8").partition("languages:\n")[0]
    lines = []
    for code, found in by_code.items():
        harm, everyday = found["harm"], found["everyday"]
        passed = everyday[1] - everyday[0]
        lines.append(
            f"  {code}: {{harm_found: {harm[0] / harm[1]:.3f}, harm: {harm[1]},"
            f" clean_passed: {passed / everyday[1]:.3f}, clean: {everyday[1]}}}\n"
        )
    file.write_text(head + "languages:\n" + "".join(lines), encoding="utf-8")


def _show(counted: tuple[int, int] | None) -> str:
    return "-" if counted is None else f"{counted[0] / max(counted[1], 1):.2f} ({counted[1]})"


if __name__ == "__main__":
    main()
